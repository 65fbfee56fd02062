/** `parallelFor()`: a loop over whole numbers, of which each call runs a range. */
import type { BackendLimits } from "../backends/backend.js";
import { OptionError } from "../errors.js";
import type { Job } from "../job/job.js";
import { type Check, checkOptions, integerIn } from "../options/check.js";
import { refuseDelivery } from "../options/delivery.js";
import type { JobOptions } from "../options.js";
import { textOf } from "../util/describe-value.js";
import type { LoopBody } from "./context.js";
import { fold } from "./fold.js";
import { type LimitsOf, type Mapper, mappedFor } from "./mapper.js";
import { askedAboutCause, type Range, rangeRunner } from "./on-worker/run-range.js";
import { explicitCache, type ParallelForOptions, type ReducingOptions } from "./options.js";

/**
 * Calls for each shard that the planner makes at the most: so many that its shards can taper, and few beside what a shard takes.
 * A worker of this machine has 8 shards, and so 32 calls.
 */
const CALLS_PER_SHARD = 4;

const isInteger: Check = (value) => (Number.isSafeInteger(value) ? undefined : "an integer");

const CHECKS: Record<"from" | "to" | "step" | "iterationsPerCall" | "reduce", Check> = {
  from: isInteger,
  to: isInteger,
  step: (value) => (value === 0 ? "an integer other than 0" : isInteger(value)),
  iterationsPerCall: integerIn(1, Infinity),
  reduce: (value) => (typeof value === "function" ? undefined : "a function"),
};

interface Loop {
  from: number;
  step: number;
  /** Iterations in all. */
  count: number;
}

/** Throws `OptionError` and `CaptureError` at once. */
export function parallelFor(
  mapper: Mapper,
  limits: LimitsOf,
  [from, to, body]: [from: number, to: number, body: LoopBody<unknown>],
  options: ParallelForOptions | ReducingOptions<unknown> = {},
): Promise<unknown> {
  const { step = 1, iterationsPerCall, reduce, initial, ...jobOptions } = options as Partial<ReducingOptions<unknown>>;
  check({ from, to, step, iterationsPerCall, reduce }, body, jobOptions);
  const loop = { from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
  const first = initial === undefined ? [] : [initial];
  if (loop.count === 0) return Promise.resolve(reduce && firstOf(first));
  const functions = reduce ? [body, reduce] : [body];
  const job = mappedFor(functions, jobOptions, () =>
    mapper.map(
      rangeRunner({ from, step, body, reduce }),
      rangesOf(loop, limits(), iterationsPerCall),
      withoutPlace(explicitCache(jobOptions)),
    ),
  );
  return untilFailure(job, reduce && fold(job, reduce, first));
}

/** Nobody holds the job: once an iteration has failed, nothing is left to be done. */
async function untilFailure(job: Job<unknown>, result: Promise<unknown> | undefined): Promise<unknown> {
  try {
    // The job tells of a failure as soon as there is one, and the fold only when it comes to it.
    return (await Promise.all([result, job]))[0];
  } catch (error) {
    job.cancel("parallelFor() has failed");
    throw error;
  }
}

function check(
  numbers: Record<keyof typeof CHECKS, unknown>,
  body: unknown,
  jobOptions: Record<string, unknown>,
): void {
  for (const [name, value] of Object.entries({ from: numbers.from, to: numbers.to }))
    if (!Number.isSafeInteger(value))
      throw new OptionError(name, `parallelFor() takes integers from and to, but ${name} is ${textOf(value)}.`);
  checkOptions("parallelFor()", numbers, CHECKS);
  if (typeof body !== "function")
    throw new OptionError("body", `parallelFor() takes a function third, but got ${textOf(body)}.`);
  refuseDelivery("parallelFor()", jobOptions);
  if (jobOptions.completion !== undefined)
    throw new OptionError(
      "completion",
      "parallelFor() has no option completion, since no iteration may be left out. Use map(), or let the body tell of what failed.",
    );
}

function firstOf(values: readonly unknown[]): unknown {
  if (values.length > 0) return values[0];
  throw new OptionError(
    "initial",
    "parallelFor() has no iteration, so there is nothing to reduce. Give it the option initial.",
  );
}

/** Where the platform has to be asked for its limits, the ranges come later, but the body is captured now. */
function rangesOf(
  loop: Loop,
  limits: BackendLimits | Promise<BackendLimits>,
  iterationsPerCall: number | undefined,
): Iterable<Range> | AsyncIterable<Range> {
  const ranges = (known: BackendLimits) => cut(loop.count, iterationsPerCall ?? plannedSize(loop, known));
  if (!(limits instanceof Promise)) return ranges(limits);
  // Where the body cannot travel, nobody comes to ask.
  limits.catch(() => {});
  return (async function* () {
    yield* ranges(await limits);
  })();
}

function plannedSize({ count }: Loop, { concurrency, shardsPerWorker }: BackendLimits): number {
  return Math.ceil(count / (concurrency * shardsPerWorker * CALLS_PER_SHARD));
}

function* cut(count: number, size: number): Generator<Range> {
  for (let first = 0; first < count; first += size) yield [first, Math.min(size, count - first)];
}

/** The options with `retries.when` asked about what the body threw, as everywhere, and not about the error around it. */
export function withoutPlace(options: JobOptions): JobOptions {
  const { retries } = options;
  if (typeof retries !== "object" || typeof retries.when !== "function") return options;
  return { ...options, retries: { ...retries, when: askedAboutCause(retries.when) } };
}
