/** What the forms take, besides what a job does. */
import type { DeliveryFormat, DeliveryOptions } from "../options/delivery.js";
import type { JobOptions } from "../options.js";
import type { CallContext } from "../worker/call-context.js";
import type { Reduce } from "./on-worker/run-range.js";

/** Those of a job whose results are written elsewhere, where `as` is given what the function returns. */
export interface DeliveringOptions<R = never> extends Omit<JobOptions, keyof DeliveryOptions> {
  output: NonNullable<DeliveryOptions["output"]>;
  as?: DeliveryFormat | WriteResult<R> | undefined;
}

/** Makes what is written of a result: a text, written as UTF-8, or bytes. Sync or async. */
export type WriteResult<R> = (value: R, context: CallContext) => Written | PromiseLike<Written>;

type Written = string | Uint8Array;

/** What `map()` takes, of which limits of time and tries are those of a call: a range of iterations. */
export interface ParallelForOptions extends Omit<JobOptions, "completion" | keyof DeliveryOptions> {
  /** How far `i` goes on each time: an integer, negative to count down. Default 1. */
  step?: number | undefined;
  /** Iterations of one call at most. Default: planned, so that each worker gets some dozens of calls. */
  iterationsPerCall?: number | undefined;
}

export interface ReducingOptions<R> extends ParallelForOptions {
  /**
   * Makes one of two results; must be associative: each call folds those of its range on its worker, in order, and the host folds
   * what comes of these, in order. Sync or async.
   */
  reduce: Reduce<R>;
  /** Comes before all results, once. Default: none, and then the loop must have an iteration. */
  initial?: R | undefined;
}

/** What `map()` takes; a command sees the job's `env`, and is ended when its call is cancelled or out of time. */
export interface ShellOptions extends Omit<JobOptions, keyof DeliveryOptions> {
  /** Folder on the worker in which the commands run. Default: the worker's own. */
  cwd?: string | URL | undefined;
  /** What each command reads from its stdin, text as UTF-8. Default: nothing. */
  input?: string | Uint8Array | undefined;
  /** Whether a command that ends with an exit code other than 0, or by a signal, fails its call, as one that throws does. Default `false`. */
  check?: boolean | undefined;
  /** Most that a command may write to its stdout, and to its stderr; beyond, it is ended, and its call fails. Default 64 MiB. */
  maxOutputBytes?: number | undefined;
}

/** What decides on the workers that a job gets, or goes with any job. */
export type WarmOptions = Pick<JobOptions, "memoryMb" | "setup" | "signal" | "env">;

/** What runs for what it does, and not for what it gives, is kept only where that is asked for by name. */
export function explicitCache(options: JobOptions): JobOptions {
  return { ...options, cache: options.cache ?? false };
}
