/** Shows what calls print as if they printed here, each line behind its call: `[12] text`. */
import type { CallOutput } from "../errors.js";
import type { Printed } from "../wire/messages.js";

type StreamName = keyof CallOutput;

const STREAMS: readonly StreamName[] = ["stdout", "stderr"];

/** What was shown of a stream of a call, as an attempt printed it. */
interface Shown {
  attemptId: string;
  index: number | null;
  stream: StreamName;
  /** UTF-16 units. */
  length: number;
  /** A line that has not ended. */
  open: string;
}

/** How a call came to settle. */
export interface SettledCall {
  /** Undefined for a verdict of the host: then what was printed is known from what has been shown. */
  attemptId: string | undefined;
  index: number;
  output: CallOutput | undefined;
}

export class Echo {
  readonly #write: (stream: StreamName, text: string) => void;
  /** Of calls that have not settled. */
  #shown: Shown[] = [];
  readonly #settled = new Set<string>();

  /** @param write writes lines to a stream of this process */
  constructor(write: (stream: StreamName, text: string) => void = (stream, text) => void process[stream].write(text)) {
    this.#write = write;
  }

  /** A worker has told what is being printed. That may come later than the result, which then has told it, too. */
  readonly printed = ({ attemptId, index, stream, text }: Printed): void => {
    if (this.#settled.has(attemptId)) return;
    // The attempt's call before this one has ended.
    for (const shown of this.#shown) if (shown.attemptId === attemptId && shown.index !== index) this.#endLine(shown);
    this.#add(this.#of({ attemptId, index, stream }), text);
  };

  /** What was not shown of the call yet is. */
  settled({ attemptId, index, output }: SettledCall): void {
    if (attemptId !== undefined) this.#settled.add(attemptId);
    const isTold = this.#shown.some((shown) => shown.index === index);
    // Of much, the middle is not kept, but has been shown.
    if (attemptId !== undefined || !isTold)
      for (const stream of STREAMS) {
        const shown = this.#of({ attemptId: attemptId ?? "", index, stream });
        this.#add(shown, output?.[stream].slice(shown.length) ?? "");
      }
    for (const shown of this.#shown) if (shown.index === index) this.#endLine(shown);
    this.#shown = this.#shown.filter((shown) => shown.index !== index);
  }

  #of(key: Pick<Shown, "attemptId" | "index" | "stream">): Shown {
    const { attemptId, index, stream } = key;
    const isIt = (shown: Shown) => shown.attemptId === attemptId && shown.index === index && shown.stream === stream;
    const known = this.#shown.find(isIt);
    if (known) return known;
    const shown = { ...key, length: 0, open: "" };
    this.#shown.push(shown);
    return shown;
  }

  #add(shown: Shown, text: string): void {
    shown.length += text.length;
    const lines = (shown.open + text).split("\n");
    shown.open = lines.pop() as string;
    if (lines.length > 0) this.#write(shown.stream, lines.map((line) => `${prefixOf(shown)}${line}\n`).join(""));
  }

  #endLine(shown: Shown): void {
    if (shown.open !== "") this.#add(shown, "\n");
  }
}

/** A setup runs for no call. */
function prefixOf({ index }: Shown): string {
  return index === null ? "[setup] " : `[${index}] `;
}
