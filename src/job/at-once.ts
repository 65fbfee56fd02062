/** How intervals of time lie beside each other. */
export interface Interval {
  from: number;
  to: number;
}

/** Most intervals that hold one moment. One that ends as another begins is not beside it. */
export function mostAtOnce(intervals: readonly Interval[]): number {
  const begins = intervals.map(({ from }) => from).sort((a, b) => a - b);
  const ends = intervals.map(({ to }) => to).sort((a, b) => a - b);
  let most = 0;
  let ended = 0;
  for (const [begun, from] of begins.entries()) {
    while (ended < begun && (ends[ended] as number) <= from) ended++;
    most = Math.max(most, begun + 1 - ended);
  }
  return most;
}

/** Time in which at least one of the intervals runs. */
export function timeCovered(intervals: readonly Interval[]): number {
  const sorted = [...intervals].sort((a, b) => a.from - b.from);
  let covered = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of sorted) {
    covered += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return covered;
}
