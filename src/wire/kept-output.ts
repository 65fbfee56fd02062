/** What is kept of what a call prints: of much, the head and the tail, with a line between them that says so. */
import type { CallOutput } from "../errors.js";

/** Of each stream of a call, UTF-16 units, at the head and at the tail: 64 Ki in all. */
const HEAD_LENGTH = 32 * 1024;
const TAIL_LENGTH = 32 * 1024;

export type StreamName = keyof CallOutput;

export class KeptText {
  #head = "";
  #tail = "";
  #length = 0;

  add(text: string): void {
    const toHead = Math.min(HEAD_LENGTH - this.#head.length, text.length);
    this.#length += text.length;
    if (toHead > 0) this.#head += text.slice(0, toHead);
    if (toHead === text.length) return;
    this.#tail += text.slice(toHead);
    // Not each time, as that would copy the whole tail for each word.
    if (this.#tail.length > 2 * TAIL_LENGTH) this.#tail = this.#tail.slice(-TAIL_LENGTH);
  }

  get text(): string {
    const tail = this.#tail.slice(-TAIL_LENGTH);
    const leftOut = this.#length - this.#head.length - tail.length;
    if (leftOut === 0) return this.#head + tail;
    return `${this.#head}\n[nodewren: ${leftOut} characters of the output were left out here]\n${tail}`;
  }
}

export class KeptOutput {
  readonly #streams: Record<StreamName, KeptText> = { stdout: new KeptText(), stderr: new KeptText() };

  add(name: StreamName, text: string): void {
    this.#streams[name].add(text);
  }

  get output(): CallOutput {
    return { stdout: this.#streams.stdout.text, stderr: this.#streams.stderr.text };
  }
}
