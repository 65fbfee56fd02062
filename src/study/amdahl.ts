/** Amdahl's law: with a serial part f, n workers are 1 / (f + (1 - f) / n) times as fast as one. */

export interface AmdahlFit {
  /** Part of the work that does not gain by more workers: 0 to 1. */
  serialFraction: number;
  /** What speed-up tends to with ever more workers; `Infinity` without a serial part. */
  maxSpeedUp: number;
}

export interface MeasuredSpeedUp {
  workers: number;
  speedUp: number;
}

/**
 * By least squares in 1 / speed-up, in which the law is a straight line. Undefined where there is nothing but one worker.
 */
export function fitAmdahl(points: readonly MeasuredSpeedUp[]): AmdahlFit | undefined {
  let [above, below] = [0, 0];
  for (const { workers, speedUp } of points) {
    const weight = 1 - 1 / workers;
    above += (1 / speedUp - 1 / workers) * weight;
    below += weight ** 2;
  }
  if (below === 0) return undefined;
  const serialFraction = Math.min(1, Math.max(0, above / below));
  return { serialFraction, maxSpeedUp: 1 / serialFraction };
}
