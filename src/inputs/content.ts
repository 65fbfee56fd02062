/** Where an item's bytes are: one small interface, one file per kind of place. */
import type { ByteRange } from "../stores/store.js";

/** The whole of a file or an object, as it was when it was listed. */
export interface Content {
  /** Its name in messages. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /**
   * The bytes of the range, cut at the end, in chunks. Rejects with `InputError` when they are not there any more as they
   * were, with `StoreError` when they cannot be read.
   */
  read(range: ByteRange): AsyncIterable<Uint8Array>;
}

/** First bytes to ask for beyond a part to finish its last line: longer than most lines, and free with the same request. */
const FIRST_EXTENT_BYTES = 64 * 1024;

/** Longer lines are followed by ever more at once, up to this, bytes. */
const MAX_EXTENT_BYTES = 64 * 1024 * 1024;

/**
 * The bytes from `start` on, for a reader that is sure to need those before `certain` and will stop some time later. What is
 * asked for at once grows, so that little is read in vain, and long lines cost few requests.
 */
export async function* readOn(content: Content, start: number, certain: number): AsyncGenerator<Uint8Array> {
  let beyond = FIRST_EXTENT_BYTES;
  let at = start;
  for (let end = certain + beyond; at < content.size; end = at + beyond) {
    const range = { start: at, end: Math.min(end, content.size) };
    yield* content.read(range);
    at = range.end;
    beyond = Math.min(beyond * 4, MAX_EXTENT_BYTES);
  }
}
