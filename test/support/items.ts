/** Contents in memory that come in chunks of any size, and what tests do with items. */
import type { Content } from "../../src/inputs/content.js";
import type { ByteRange } from "../../src/stores/store.js";

export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}

export class MemoryContent implements Content {
  readonly name = "memory";
  readonly size: number;
  /** Bytes that were given out so far. */
  given = 0;

  constructor(
    private readonly body: Uint8Array,
    private readonly chunkBytes: () => number = () => 7,
  ) {
    this.size = body.byteLength;
  }

  async *read({ start, end }: ByteRange): AsyncGenerator<Uint8Array> {
    const last = Math.min(end, this.size);
    for (let at = start; at < last; ) {
      const chunk = this.body.subarray(at, Math.min(last, at + Math.max(1, this.chunkBytes())));
      at += chunk.byteLength;
      this.given += chunk.byteLength;
      yield chunk;
    }
  }
}

/** Ranges that cover all bytes, cut at random places, some of them at the same. */
export function randomRanges(size: number, cuts: number, below: (end: number) => number): ByteRange[] {
  const borders = Array.from({ length: cuts }, () => below(size + 1)).sort((a, b) => a - b);
  const places = [...new Set([0, ...borders, size])];
  return places.slice(1).map((end, i) => ({ start: places[i] as number, end }));
}

/** The lines of a text, found without any of the code under test. */
export function linesOf(text: string): string[] {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return lines.map((line) => line.replace(/\r?\n$/, ""));
}
