/** What the call that runs on a worker has printed so far, as those know it who outlive the worker. */
import { KeptOutput } from "./kept-output.js";
import type { LastOutput, Printed } from "./messages.js";

/** Most of a text that goes into one line, UTF-16 units, so that it is written in one go beside what another thread writes. */
const PIECE_LENGTH = 4096;

export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += PIECE_LENGTH) pieces.push(text.slice(at, at + PIECE_LENGTH));
  return pieces;
}

export class LastPrinted {
  #who: Pick<Printed, "attemptId" | "index" | "during"> | undefined;
  #kept = new KeptOutput();

  add(printed: Printed): void {
    const { attemptId, index, during, stream, text } = printed;
    const who = this.#who;
    if (who?.attemptId !== attemptId || who.index !== index || who.during !== during) this.#kept = new KeptOutput();
    this.#who = { attemptId, index, ...(during && { during }) };
    this.#kept.add(stream, text);
  }

  /** Undefined when nothing was printed in that attempt. */
  of(attemptId: string): LastOutput | undefined {
    if (this.#who?.attemptId !== attemptId) return undefined;
    const { index, during } = this.#who;
    return { index, ...(during && { during }), output: this.#kept.output };
  }
}
