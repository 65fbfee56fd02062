/** Calm, aligned text for people. Data goes out with --json. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../util/time.js";

/** Rows in columns, two spaces apart, printable whatever is in them; the last column is not padded. */
export function columns(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What comes from a store may be anybody's: nothing of it moves the cursor or speaks to the terminal. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** Those but tabs and line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Printable, too: JSON itself leaves some control characters as they are. */
export function json(data: unknown): string {
  return JSON.stringify(data, null, 2).replace(
    OTHER_CONTROLS,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

/** Those that JSON does not escape. */
const OTHER_CONTROLS = /[\u007f-\u009f]/g;

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Such as `"1.5 MiB"`. */
export function bytesText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), BYTE_UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[power]}`;
}

const AGE_UNITS_MS = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS };

/** Such as `"3 d"`, in the largest unit that fits. */
export function ageText(ms: number): string {
  const [unit, size] = Object.entries(AGE_UNITS_MS).find(([, one]) => ms >= one) ?? ["s", AGE_UNITS_MS.s];
  return `${Math.floor(Math.max(ms, 0) / size)} ${unit}`;
}

/** Reads `"7d"`, `"12h"`, `"30m"`, `"10s"` as ms; undefined when it is none of these. */
export function parseAge(text: string): number | undefined {
  const [, count, unit] = /^(\d+)([dhms])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * AGE_UNITS_MS[unit as keyof typeof AGE_UNITS_MS];
}
