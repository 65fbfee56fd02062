/**
 * Where records of CSV begin. From the middle of a file nobody can tell whether a line break is within quotes; it takes the
 * number of all quotes before it. So whoever splits a file reads it once, from its beginning to its end.
 */
import { InputError } from "../errors.js";
import type { Content } from "./content.js";

const NEWLINE = 0x0a;
const QUOTE = 0x22;

/**
 * For each border, the place of the first record that begins there or later; the size of the content where there is none.
 * Rejects with `InputError` when the content ends within quotes.
 *
 * @param borders in ascending order
 */
export async function recordStarts(content: Content, borders: readonly number[]): Promise<number[]> {
  const scan = new QuoteScan(borders);
  for await (const chunk of content.read({ start: 0, end: content.size })) scan.take(chunk);
  if (scan.openQuote !== undefined)
    throw new InputError(
      content.name,
      `${content.name} is not CSV: it ends within the quotes that are opened at byte ${scan.openQuote}. Fix the file, or split it by: "line".`,
    );
  return [...scan.starts, ...borders.slice(scan.starts.length).map(() => content.size)];
}

class QuoteScan {
  readonly starts: number[] = [];
  /** Place of the quote that is open; a doubled quote within closes and opens. */
  openQuote: number | undefined;
  #at = 0;

  constructor(private readonly borders: readonly number[]) {}

  take(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.byteLength; ) {
      const quote = chunk.indexOf(QUOTE, from);
      const end = quote < 0 ? chunk.byteLength : quote;
      if (this.openQuote === undefined) this.#findStarts(chunk, from, end);
      if (quote >= 0) this.openQuote = this.openQuote === undefined ? this.#at + quote : undefined;
      from = end + 1;
    }
    this.#at += chunk.byteLength;
  }

  /** Among the bytes of a stretch without quotes. */
  #findStarts(chunk: Uint8Array, from: number, end: number): void {
    for (let border = this.#border; border <= this.#at + end; border = this.#border) {
      const newline = chunk.indexOf(NEWLINE, Math.max(from, border - 1 - this.#at));
      if (newline < 0 || newline >= end) return;
      this.starts.push(this.#at + newline + 1);
    }
  }

  get #border(): number {
    return this.borders[this.starts.length] ?? Infinity;
  }
}
