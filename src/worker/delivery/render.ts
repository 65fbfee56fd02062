/** What a call's result is to be written as, made when the call has ended: its bytes, or rows whose columns other calls decide on. */
import { types } from "node:util";
import type { Delivery } from "../../wire/delivery.js";
import { csvRows, type Row } from "./csv-rows.js";
import { jsonLine } from "./json-line.js";
import { isBroken, Unfit, unfit } from "./unfit.js";

export type Rendered = { bytes: Uint8Array } | { rows: readonly Row[] };

/** Throws `Unfit`, and what the value itself throws when it is read. */
export function render(value: unknown, { as, hasWriter = false }: Delivery): Rendered {
  if (as === "jsonl") return { bytes: Buffer.from(jsonLine(value)) };
  if (as === "csv") return { rows: csvRows(value) };
  return { bytes: bytesOf(value, hasWriter) };
}

/** A copy: what the user's code changes later must not show. */
function bytesOf(value: unknown, isOfWriter: boolean): Uint8Array {
  if (typeof value === "string" && !isBroken(value)) return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  if (types.isAnyArrayBuffer(value)) return new Uint8Array(value).slice();
  const what = typeof value === "string" ? "a text with half of a surrogate pair" : describe(value);
  if (isOfWriter)
    throw new Unfit(
      "result",
      `The function of the option as gave ${what}, which cannot be written. Let it give a text or bytes.`,
    );
  throw unfit("result", what, "an object of bytes", "Return a Uint8Array or a text.");
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
