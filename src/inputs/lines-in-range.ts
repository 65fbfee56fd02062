/**
 * Which lines are a part's: those that begin in its range. So each line is in exactly one part, and whoever reads a part
 * needs no other one: it looks for the first line's beginning, and reads on beyond the range to the last line's end.
 */
import type { ByteRange } from "../stores/store.js";
import { type Content, readOn } from "./content.js";

const NEWLINE = 0x0a;

/** The bytes of the lines that begin in the range, with their ends. */
export async function* linesInRange(content: Content, range: ByteRange): AsyncGenerator<Uint8Array> {
  // A line begins at the range's first byte if the one before it ends a line.
  const from = Math.max(0, range.start - 1);
  const cut = new LineCut(range, from);
  for await (const chunk of readOn(content, from, range.end)) {
    const lines = cut.take(chunk);
    if (lines.byteLength > 0) yield lines;
    if (cut.isDone) return;
  }
}

class LineCut {
  /** Whether what comes next belongs to the range's lines. */
  #isInside: boolean;
  isDone = false;

  /** @param at place of the first byte that comes */
  constructor(
    private readonly range: ByteRange,
    private at: number,
  ) {
    this.#isInside = range.start === 0;
  }

  /** What of the next chunk belongs to the lines. */
  take(chunk: Uint8Array): Uint8Array {
    const first = this.#isInside ? 0 : this.#findFirst(chunk);
    const end = this.#isInside ? this.#findEnd(chunk, first) : first;
    this.at += chunk.byteLength;
    return chunk.subarray(first, end);
  }

  /** Where the first line begins in the chunk. A line that begins behind the range is not wanted. */
  #findFirst(chunk: Uint8Array): number {
    const newline = chunk.indexOf(NEWLINE);
    const first = newline < 0 ? chunk.byteLength : newline + 1;
    if (this.at + first >= this.range.end) this.isDone = true;
    else if (newline >= 0) this.#isInside = true;
    return first;
  }

  /** Behind the end of the last line that begins in the range: the first end of a line from the range's last byte on. */
  #findEnd(chunk: Uint8Array, first: number): number {
    const last = this.range.end - 1 - this.at;
    if (last >= chunk.byteLength) return chunk.byteLength;
    const newline = chunk.indexOf(NEWLINE, Math.max(first, last));
    if (newline < 0) return chunk.byteLength;
    this.isDone = true;
    return newline + 1;
  }
}
