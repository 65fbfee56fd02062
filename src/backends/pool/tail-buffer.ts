/** The last of what comes through a pipe. */
import type { Readable } from "node:stream";

/** Enough for V8's fatal errors: after the line that matters come up to 15 KiB of the names of its own functions. */
const TEXT_LENGTH = 64 * 1024;

/** Lines that a user needs to see of it. */
const LINES_SHOWN = 20;

/** A frame of V8's own stack, of which it prints dozens behind the line that says what happened. */
const NATIVE_FRAME = /^ *\d+: 0x[0-9a-f]+ /;

/** Keeps the end of a text stream. */
export class TextTail {
  #text = "";

  follow(stream: Readable | undefined): void {
    onText(stream, (chunk) => {
      this.#text = (this.#text + chunk).slice(-TEXT_LENGTH);
    });
  }

  text(): string {
    const lines = this.#text.trimEnd().split("\n");
    const told = lines.filter((line) => !NATIVE_FRAME.test(line));
    return told.slice(-LINES_SHOWN).join("\n");
  }
}

/** Longest line of a status pipe, which may hold what a call printed; the user's function may write garbage there. */
const LINE_LENGTH = 64 * 1024;

/** Keeps the last line that `read` makes something of. */
export class LinesTail<T> {
  readonly #read: (line: string) => T | undefined;
  #rest = "";
  #last: T | undefined;

  constructor(read: (line: string) => T | undefined) {
    this.#read = read;
  }

  follow(stream: Readable | undefined): void {
    onText(stream, (chunk) => this.#add(chunk));
  }

  last(): T | undefined {
    return this.#last;
  }

  #add(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = (lines.pop() as string).slice(-LINE_LENGTH);
    for (const line of lines) this.#last = this.#read(line) ?? this.#last;
  }
}

function onText(stream: Readable | undefined, take: (chunk: string) => void): void {
  stream?.setEncoding("utf8");
  stream?.on("data", take);
  // A broken pipe says no more than the end of its process does.
  stream?.on("error", () => {});
}
