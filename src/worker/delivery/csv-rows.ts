/** Results as rows of CSV (RFC 4180), by the package csv-stringify, which is loaded when the first ones are written. */
import { types } from "node:util";
import { isBroken, unfit } from "./unfit.js";

/** One row: its cells by the names of their columns. */
export type Row = ReadonlyMap<string, string>;

const FORM = "a cell of CSV";
const FLATTEN = 'Return flat objects, write as: "jsonl", or give the option as a function that makes text of it.';

/** The rows of one result. Throws `Unfit`. */
export function csvRows(value: unknown): Row[] {
  if (!Array.isArray(value)) return [rowOf("result", value)];
  return Array.from(value, (row, i) => rowOf(`result[${i}]`, row));
}

function rowOf(path: string, value: unknown): Row {
  const isRecord = typeof value === "object" && value !== null && !isOtherwise(value);
  if (!isRecord)
    throw unfit(
      path,
      describe(value),
      "as a row of CSV",
      "Return an object whose keys name the columns, or an array of such.",
    );
  const cells = Object.entries(value);
  if (cells.length === 0) throw unfit(path, "an object without properties", "as a row of CSV", FLATTEN);
  return new Map(cells.map(([name, cell]) => [name, cellOf(`${path}.${name}`, cell)]));
}

/** Whether it is an object, but none whose properties are all of it. */
function isOtherwise(value: object): boolean {
  return (
    Array.isArray(value) || types.isDate(value) || types.isMap(value) || types.isSet(value) || ArrayBuffer.isView(value)
  );
}

function cellOf(path: string, value: unknown): string {
  switch (typeof value) {
    case "string":
      if (isBroken(value)) throw unfit(path, "a text with half of a surrogate pair", FORM);
      return value;
    case "undefined":
      return "";
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
  }
  if (value === null) return "";
  if (types.isDate(value) && !Number.isNaN(value.getTime())) return value.toISOString();
  throw unfit(path, describe(value), FORM, FLATTEN);
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return value === undefined ? "undefined" : `a ${typeof value}`;
  if (types.isDate(value)) return "a Date that is none";
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === "Object" ? "an object" : `a ${tag}`;
}

/** Names of all columns, in the order in which they come up. */
export function columnsOf(rows: Iterable<Row>): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of row.keys()) names.add(name);
  return [...names];
}

export type WriteCells = (records: readonly (readonly string[])[]) => string;

/** @param columns their number: a lone empty cell is quoted, as nobody takes an empty line for a row */
export async function cellWriter(columns: number): Promise<WriteCells> {
  const { stringify } = await import("csv-stringify/sync");
  // What stands alone as "\r" would end a record for some.
  const options = { quoted_match: /\r/, quoted_empty: columns === 1 };
  return (records) => (records.length === 0 ? "" : stringify(records as string[][], options));
}
