/** Numbers counted by size. */

export interface Bins {
  /** Lower bound of each bin, and last the upper bound of the last one. */
  bounds: number[];
  counts: number[];
  /** Whether each bin is so many times as wide as the one before, rather than as wide. */
  isLog: boolean;
}

/** From here on, the largest number so many times the smallest, bins of one width would leave most numbers in one of them. */
const LOG_FROM = 30;

/** What is smaller is as good as nothing on a scale by factors. */
const LEAST = 0.001;

/** Most bins; of few numbers there are fewer (the rule of Rice: twice the cube root of their number). */
const MAX_BINS = 48;

/** @param numbers 0 or more; of none there are no bins */
export function binsOf(numbers: ArrayLike<number>): Bins {
  if (numbers.length === 0) return { bounds: [], counts: [], isLog: false };
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < numbers.length; i++) {
    least = Math.min(least, numbers[i] as number);
    most = Math.max(most, numbers[i] as number);
  }
  const isLog = most > Math.max(least, LEAST) * LOG_FROM;
  const scale = isLog ? (value: number) => Math.log(Math.max(value, LEAST)) : (value: number) => value;
  const unscale = isLog ? Math.exp : (value: number) => value;
  const count = least === most ? 1 : Math.max(1, Math.min(MAX_BINS, Math.ceil(2 * Math.cbrt(numbers.length))));
  const [from, to] = [scale(least), scale(most)];
  const counts = new Array<number>(count).fill(0);
  for (let i = 0; i < numbers.length; i++) {
    const share = to > from ? (scale(numbers[i] as number) - from) / (to - from) : 0;
    const bin = Math.min(count - 1, Math.floor(share * count));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const bounds = Array.from({ length: count + 1 }, (_, i) => unscale(from + ((to - from) * i) / count));
  return { bounds, counts, isLog };
}
