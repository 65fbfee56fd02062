/** The last of what comes through a pipe. */
import type { Readable } from "node:stream";

/** Enough for V8's fatal errors, which print some 2 KiB of heap statistics before and after the line that matters. */
const TEXT_LENGTH = 8 * 1024;

/** Lines that a user needs to see of it. */
const LINES_SHOWN = 20;

/** Keeps the end of a text stream. */
export class TextTail {
  #text = "";

  constructor(stream: Readable) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      this.#text = (this.#text + chunk).slice(-TEXT_LENGTH);
    });
    stream.on("error", () => {});
  }

  text(): string {
    return this.#text.trimEnd().split("\n").slice(-LINES_SHOWN).join("\n");
  }
}

/** Keeps the last of a stream of JSON objects, one a line. */
export class LinesTail<T> {
  #rest = "";
  #last: T | undefined;

  constructor(stream: Readable) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => this.#add(chunk));
    stream.on("error", () => {});
  }

  last(): T | undefined {
    return this.#last;
  }

  #add(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() as string;
    const line = lines.at(-1);
    if (line !== undefined) this.#last = JSON.parse(line) as T;
  }
}
