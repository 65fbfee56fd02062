/** Records of CSV (RFC 4180), by the package csv-parse, which is loaded when the first ones are read. */
import { pipeline, Readable } from "node:stream";
import type { Options } from "csv-parse";
import { InputError, OptionError } from "../errors.js";
import { checkOptions, isBoolean } from "../options/check.js";
import type { Part } from "./text.js";

export interface CsvOptions {
  /**
   * `true`: the file's first record has the names of the columns, and each other one is an object by these names, in every
   * part of the file. A list: the names, for a file without that record. `false`: records are arrays. Default `true`.
   */
  header?: boolean | readonly string[] | undefined;
  /** One character between fields. Default `","`. */
  delimiter?: string | undefined;
}

/** The form of a file's CSV that is not in its text. */
interface Form {
  delimiter: string;
  /** `true`: in its first record. */
  header: boolean | readonly string[];
}

const isNames = (value: unknown) => Array.isArray(value) && value.every((name) => typeof name === "string");

/** Throws `OptionError` for the first option that is unknown or of a wrong form. */
export function csvForm(options: CsvOptions): Form {
  checkOptions("csv()", options, {
    header: (value) => (isNames(value) ? undefined : isBoolean(value) && "true, false or a list of names"),
    delimiter: (value) =>
      typeof value === "string" && /^[^"\r\n]$/u.test(value) ? undefined : "one character, but no quote or line break",
  });
  const { header = true, delimiter = "," } = options;
  const twice = typeof header === "object" ? nameTwice(header) : undefined;
  if (twice !== undefined)
    throw new OptionError("header", `Option header of csv() has the name ${JSON.stringify(twice)} twice.`);
  return { header, delimiter };
}

/** Of two columns of one name, one would be lost. */
function nameTwice(names: readonly string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) !== i);
}

/** The names in a file's first record. */
function checkNames(names: string[], file: string): string[] {
  const twice = nameTwice(names);
  if (twice === undefined) return names;
  throw new InputError(
    file,
    `The first record of ${file} has the name ${JSON.stringify(twice)} twice. For arrays without names, call csv({ header: false }).`,
  );
}

/**
 * The records of a part.
 *
 * @param head the file from its beginning, read as far as its first record goes
 */
export async function* csvRecords(
  part: Part,
  chunks: AsyncIterable<Uint8Array>,
  head: () => AsyncIterable<Uint8Array>,
  { header, delimiter }: Form,
): AsyncGenerator<unknown> {
  if (header !== true) return yield* parsed(part, chunks, { delimiter, columns: header && [...header] });
  if (part.isStart)
    return yield* parsed(part, chunks, { delimiter, columns: (names: string[]) => checkNames(names, part.name) });
  const names = await firstRecord({ ...part, isStart: true }, head(), delimiter);
  yield* parsed(part, chunks, { delimiter, columns: checkNames(names, part.name) });
}

async function firstRecord(part: Part, chunks: AsyncIterable<Uint8Array>, delimiter: string): Promise<string[]> {
  for await (const record of parsed(part, chunks, { delimiter, to: 1 })) return record as string[];
  return [];
}

async function* parsed(part: Part, chunks: AsyncIterable<Uint8Array>, options: Options): AsyncGenerator<unknown> {
  const { parse } = await import("csv-parse");
  const parser = parse({
    ...options,
    bom: part.isStart,
    // Both in one file, too; and never found out anew for each part.
    record_delimiter: ["\r\n", "\n"],
    // Such as behind the last record.
    skip_empty_lines: true,
  });
  // The callback is there because pipeline() needs one; a failure is thrown by the loop.
  pipeline(Readable.from(chunks, { objectMode: false }), parser, () => {});
  try {
    for await (const record of parser) yield record;
  } catch (error) {
    throw describe(part, error);
  }
}

function describe({ name, isStart }: Part, error: unknown): unknown {
  const { code = "", message, lines } = error as { code?: string; message: string; lines?: number };
  if (!code.startsWith("CSV_")) return error;
  const where = lines === undefined ? "" : ` near line ${lines}${isStart ? "" : " of this part"}`;
  const hint =
    code === "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH" || code === "CSV_RECORD_INCONSISTENT_COLUMNS"
      ? 'Is the delimiter another one (delimiter: ";"), or was a file with line breaks in quotes split by: "line" instead of by: "csv"?'
      : "lines() reads it as it is.";
  return new InputError(name, `${name} is not CSV${where}: ${message}. ${hint}`, { cause: error });
}
