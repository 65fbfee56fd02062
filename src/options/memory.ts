/** The option `memoryMb`: one limit, or several of which each call takes the first that does. */
import { type Check, integerIn } from "./check.js";

/** Node does not start below some 10 MiB; this leaves room for the worker itself. */
const MIN_MEMORY_MB = 32;

const isMemoryLimit = integerIn(MIN_MEMORY_MB, Infinity, " (MiB)");

export const isMemory: Check = (value) => {
  const limits = Array.isArray(value) ? value : [value];
  const grow = limits.length > 0 && limits.every((limit, i) => i === 0 || limit > limits[i - 1]);
  const wanted = limits.map(isMemoryLimit).find((one) => one !== undefined);
  if (!Array.isArray(value)) return wanted;
  return grow && !wanted ? undefined : `${isMemoryLimit(undefined)}, or several that grow`;
};

/** From the smallest to the largest, MiB; empty when there are none. */
export function memoryLimitsOf({
  memoryMb = [],
}: {
  memoryMb?: number | readonly number[] | undefined;
}): readonly number[] {
  return typeof memoryMb === "number" ? [memoryMb] : memoryMb;
}
