/** The options `output` and `as`: results that workers write to a place of the user's, and that do not come back. */
import { OptionError } from "../errors.js";
import type { Store } from "../stores/store.js";
import type { Check } from "./check.js";

export interface DeliveryOptions {
  /**
   * Where workers write what calls return, instead of giving it back: `"s3://bucket/prefix/"`, a folder, the `file:` URL of one, or a
   * store. There is one object for each shard, and `manifest.json`, which lists the objects that count. A place takes one job. Calls
   * resolve with `{ records, bytes }`. Default: results come back.
   */
  output?: string | Store | undefined;
  /**
   * How results are written. `"jsonl"`: each as a line of JSON. `"csv"`: each an object, which is a row, or an array of such. `"bytes"`:
   * each as its own bytes, or as text in UTF-8. A function: what it makes of each, a text or bytes; it is captured with the function, runs on
   * the worker as part of the call, and is given the call's context. Default `"jsonl"`.
   */
  as?: DeliveryFormat | ((value: never, context: never) => unknown) | undefined;
}

export type DeliveryFormat = "jsonl" | "csv" | "bytes";

/** What a call whose result was written comes to. */
export interface Delivered {
  /** Lines of JSON, rows of CSV; else 1. */
  records: number;
  bytes: number;
}

export const isAs: Check = (value) =>
  ["jsonl", "csv", "bytes"].includes(value as string) || typeof value === "function"
    ? undefined
    : `"jsonl", "csv", "bytes" or a function`;

/** Throws `OptionError` when it is said how results are written, and not where. */
export function checkDelivery({ output, as }: DeliveryOptions): void {
  if (as === undefined || output !== undefined) return;
  throw new OptionError(
    "as",
    'Option as of map() says how results are written. Give it with the option output, such as output: "s3://bucket/prefix/".',
  );
}

/** Throws `OptionError` for a form of `map()` whose results its caller needs. */
export function refuseDelivery(where: string, { output, as }: DeliveryOptions): void {
  if (output === undefined && as === undefined) return;
  throw new OptionError(
    output === undefined ? "as" : "output",
    `${where} has no option ${output === undefined ? "as" : "output"}, since it needs the results itself. Use map() to write results elsewhere.`,
  );
}
