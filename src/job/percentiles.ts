/** How numbers are distributed. */

/** Each is one of the numbers: the smallest for which so many in a hundred are as small (nearest rank). */
export interface Percentiles {
  min: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** Undefined for none. */
export function percentilesOf(parts: readonly ArrayLike<number>[]): Percentiles | undefined {
  const all = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  if (all.length === 0) return undefined;
  all.sort();
  const rank = (percent: number) => all[Math.max(0, Math.ceil((percent / 100) * all.length) - 1)] as number;
  return { min: rank(0), p50: rank(50), p90: rank(90), p99: rank(99), max: rank(100) };
}
