import type { Reduce } from "./on-worker/run-range.js";

/** Folds what the ranges gave, each as soon as it and those before it are there. */
export async function fold(
  values: AsyncIterable<unknown>,
  reduce: Reduce<unknown>,
  first: readonly unknown[],
): Promise<unknown> {
  let sum = first[0];
  let isFirst = first.length === 0;
  for await (const value of values) {
    sum = isFirst ? value : await reduce(sum, value);
    isFirst = false;
  }
  return sum;
}
