/** A mean, and how far it can be trusted. */

/** Of 95 %: in 95 of 100 such studies, the true mean lies within. Both bounds are the mean where there is but one number. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/**
 * 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2), and of
 * the normal distribution for more.
 */
const T_QUANTILES = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL_QUANTILE = 1.96;

export function confidence(numbers: readonly number[]): Interval {
  const count = numbers.length;
  const mean = numbers.reduce((sum, number) => sum + number, 0) / count;
  if (count < 2) return { mean, low: mean, high: mean };
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / (count - 1);
  const reach = (T_QUANTILES[count - 2] ?? NORMAL_QUANTILE) * Math.sqrt(variance / count);
  return { mean, low: mean - reach, high: mean + reach };
}
