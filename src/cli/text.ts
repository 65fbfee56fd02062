/** Calm, aligned text for people. Data goes out with --json. */

/** Rows in columns, two spaces apart; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
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

export function json(data: unknown): string {
  return JSON.stringify(data, null, 2);
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Such as `"1.5 MiB"`. */
export function bytesText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), BYTE_UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${BYTE_UNITS[power]}`;
}

const AGE_UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 };

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
