/**
 * What a worker runs of a loop. Files of this folder are captured, with nothing but types from elsewhere: the build leaves them
 * files of their own, since to parse the whole library for the sake of one function takes a third of a second.
 */
import type { RetryOptions } from "../../options/retries.js";

export type Reduce<R> = (a: R, b: R) => R | PromiseLike<R>;

/** Number of the first iteration, counted from 0, and how many there are. */
export type Range = readonly [first: number, count: number];

/** `C` is what calls get as their context. */
export interface RangeJob<C> {
  from: number;
  step: number;
  body: (i: number, context: C) => unknown;
  reduce: Reduce<unknown> | undefined;
}

/** What is mapped over ranges. */
export function rangeRunner<C>(job: RangeJob<C>): (range: Range, context: C) => Promise<unknown> {
  return (range, context) => runRange(job, range, context);
}

/** Runs the range's iterations one after the other. What one of them throws comes with its `i`. */
async function runRange<C>(
  { from, step, body, reduce }: RangeJob<C>,
  [first, count]: Range,
  context: C,
): Promise<unknown> {
  let sum: unknown;
  for (let k = first; k < first + count; k++) {
    const i = from + k * step;
    try {
      let value = body(i, context);
      // A loop of a billion iterations has no time to await what is there.
      if (isThenable(value)) value = await value;
      if (!reduce) continue;
      sum = k === first ? value : reduce(sum, value);
      if (isThenable(sum)) sum = await sum;
    } catch (error) {
      throw at(i, error);
    }
  }
  return sum;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** An error that tells at which `i` the body, or `reduce` with its result, threw; that is its cause. Its stack is the cause's. */
function at(i: number, cause: unknown): Error {
  const { text, frames } = told(cause);
  const error = Object.assign(new Error(`At i = ${i}: ${text}`, { cause }), { i });
  if (frames) error.stack = `Error: ${error.message}\n${frames.join("\n")}`;
  return error;
}

/** What it says of itself, if it lets itself be read: a proxy's traps may throw. */
function told(cause: unknown): { text: string; frames?: string[] | undefined | null } {
  try {
    if (!(cause instanceof Error)) return { text: String(cause) };
    return { text: `${cause.name}: ${cause.message}`, frames: cause.stack?.match(/^ {4}at .*$/gm) };
  } catch {
    return { text: "something that cannot be shown as text" };
  }
}

/** The function `retries.when`, asked about what the body threw, as everywhere, and not about the error around it. */
export function askedAboutCause(when: NonNullable<RetryOptions["when"]>): (error: unknown) => unknown {
  return (error) => when(error instanceof Error && "i" in error ? error.cause : error);
}
