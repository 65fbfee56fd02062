import type { Unit } from "../payload/payload.js";

/**
 * Stands in the name of each compiled unit, before its number: by it, frames of rebuilt code are told from frames of
 * the file itself, and from another payload's code of the same file. A query, so that the name stays a URL of the file.
 */
const MARK = `?nodewren-${Math.random().toString(36).slice(2, 8)}-`;
const PLACE = new RegExp(`\\${MARK}(\\d+):(\\d+)(?::(\\d+))?`, "g");

const units = new Map<number, Unit["positions"]>();
/** How many units were named in this process: a name must never come twice, as errors of older units bear theirs. */
let count = 0;
/** A worker that lives for long must not grow this table without bound; errors of older units keep their raw places. */
const UNITS_KEPT = 2_000;

/** The name to compile a unit under, by which `originalStack` finds its positions again. */
export function nameForUnit({ file, positions }: Unit): string {
  if (units.size >= UNITS_KEPT) units.delete(units.keys().next().value as number);
  units.set(++count, positions);
  return `${file}${MARK}${count}`;
}

/** Rewrites `url:line:column` of rebuilt code to the places in the scripts that it was captured from. */
export function originalStack(stack: string): string {
  return stack.replace(PLACE, (place, unit: string, line: string, column: string | undefined) => {
    const positions = units.get(Number(unit));
    if (!positions) return place;
    const [originalLine, originalColumn] = originalPlace(positions, Number(line) - 1, Number(column ?? 1) - 1);
    return `:${originalLine + 1}${column === undefined ? "" : `:${originalColumn + 1}`}`;
  });
}

const FIELDS = 4;

function originalPlace(positions: Unit["positions"], line: number, column: number): [line: number, column: number] {
  const last = lastBefore(positions, line, column);
  const [fromLine = 0, fromColumn = 0, toLine = 0, toColumn = 0] = positions.slice(last, last + FIELDS);
  return fromLine === line ? [toLine, toColumn + Math.max(0, column - fromColumn)] : [toLine + line - fromLine, column];
}

/** Index of the last entry that starts at or before the place; the first entry for places before all. */
function lastBefore(positions: Unit["positions"], line: number, column: number): number {
  let [low, high] = [0, positions.length / FIELDS - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [atLine = 0, atColumn = 0] = positions.slice(middle * FIELDS, middle * FIELDS + 2);
    if (atLine < line || (atLine === line && atColumn <= column)) low = middle;
    else high = middle - 1;
  }
  return low * FIELDS;
}
