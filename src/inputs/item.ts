/** What a function is given for a file, an object, or a part of one. */
import { Readable } from "node:stream";
import { inspect } from "node:util";
import { InputError } from "../errors.js";
import type { ByteRange } from "../stores/store.js";
import { type Content, readOn } from "./content.js";
import { type CsvOptions, csvForm, csvRecords } from "./csv.js";
import type { ItemDescriptor } from "./descriptor.js";
import { eachOf } from "./each-of.js";
import { gunzipped } from "./gunzip.js";
import { jsonLineBatches } from "./json-lines.js";
import { linesInRange } from "./lines-in-range.js";
import { type ItemAccess, openContent } from "./open-content.js";
import { bytesOfChunks, lineBatches, type Part, textOfChunks } from "./text.js";

/** By which an item is known, and read, that another copy of the library has made: a worker has one of its own. */
export const DESCRIPTOR: unique symbol = Symbol.for("nodewren.InputItem") as never;

/**
 * A file or an object, or a part of one. Nothing of it is read before a method is called, and each call reads it anew, on the
 * worker that calls it. All methods reject with `InputError` when the file or object is gone or was changed since it was
 * listed, and with `StoreError` when a bucket cannot be read.
 *
 * What is compressed by gzip is unpacked, unless the source was made with `decompress: false`.
 */
export class InputItem {
  /** Path of the file as it was found, with `/` between its segments, or key of the object. */
  readonly key: string;
  /** Size of the whole file or object, bytes; as it is stored, where it is compressed. */
  readonly size: number;
  /**
   * The part that is meant, bytes from `start` to before `end`; undefined: the whole. A part by lines has the lines that begin
   * in its range, each to its own end.
   */
  readonly range: ByteRange | undefined;
  readonly #descriptor: ItemDescriptor;
  readonly #content: Content;

  /** @internal Items come from `files()`, `objects()` and `executor.upload()`. */
  constructor(descriptor: ItemDescriptor, access: ItemAccess) {
    this.key = descriptor.key;
    this.size = descriptor.size;
    this.range = descriptor.range;
    this.#descriptor = descriptor;
    this.#content = openContent(descriptor, access);
  }

  /** @internal Runs no code of the value, as `instanceof` may. */
  static is(value: object): value is InputItem {
    return #descriptor in value;
  }

  /** @internal */
  static descriptorOf(item: InputItem): ItemDescriptor {
    return item.#descriptor;
  }

  /** The bytes, as a stream of Node.js. */
  stream(): Readable {
    return Readable.from(this.#chunks(), { objectMode: false });
  }

  /** All bytes at once. */
  bytes(): Promise<Uint8Array> {
    return bytesOfChunks(this.#chunks());
  }

  /** All of it as text in UTF-8. Rejects with `InputError` when it is none. */
  text(): Promise<string> {
    return textOfChunks(this.#part, this.#chunks());
  }

  /**
   * The lines of text in UTF-8, without their ends (`\n` or `\r\n`), one after the other; of any length.
   * Iterating throws `InputError` when it is no such text.
   */
  lines(): AsyncIterableIterator<string> {
    return eachOf(lineBatches(this.#part, this.#chunks()));
  }

  /** The value of a whole file of JSON. Rejects with `InputError` when it is none. */
  async json<T = unknown>(): Promise<T> {
    if (this.range)
      throw new InputError(
        this.key,
        `${this.#part.name} is a part, and JSON has none. For JSON lines, call jsonLines().`,
      );
    if (this.size === 0) throw new InputError(this.key, `${this.key} is empty, which is no JSON.`);
    const text = await this.text();
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new InputError(this.key, `${this.key} is not JSON: ${(cause as Error).message}`, { cause });
    }
  }

  /** The values of a file with one value of JSON a line; empty lines are none. Iterating throws `InputError`. */
  jsonLines<T = unknown>(): AsyncIterableIterator<T> {
    return eachOf(jsonLineBatches<T>(this.#part, lineBatches(this.#part, this.#chunks())));
  }

  /**
   * The records of CSV: objects by the names in the file's first record, which are read for each part, or arrays with
   * `header: false`. Empty lines are no records. Iterating throws `InputError` where it is no CSV.
   *
   * @throws OptionError
   */
  csv(options: CsvOptions & { header: false }): AsyncIterableIterator<string[]>;
  csv(options?: CsvOptions): AsyncIterableIterator<Record<string, string>>;
  csv(options: CsvOptions = {}): AsyncIterableIterator<unknown> {
    // Never of a compressed file, which has no parts.
    const head = () => readOn(this.#content, 0, 0);
    return csvRecords(this.#part, this.#chunks(), head, csvForm(options));
  }

  get #part(): Part {
    const { key, range } = this;
    const name = range ? `${key} (bytes ${range.start} to ${range.end})` : key;
    return { name, isStart: !range || range.start === 0 };
  }

  #chunks(): AsyncIterable<Uint8Array> {
    const { range, by, decompress } = this.#descriptor;
    if (range) return by === "line" ? linesInRange(this.#content, range) : this.#content.read(range);
    const whole = this.#content.read({ start: 0, end: this.size });
    return decompress ? gunzipped(this.key, whole) : whole;
  }

  /** @internal */
  [DESCRIPTOR](): ItemDescriptor {
    return this.#descriptor;
  }

  [inspect.custom](): string {
    return `InputItem { key: ${inspect(this.key)}, size: ${this.size}, range: ${inspect(this.range)} }`;
  }
}
