/** The forms of an executor that are made of its `map()`. */
import type { BackendLimits } from "../backends/backend.js";
import type { Job } from "../job/job.js";
import type { JobOptions } from "../options.js";
import type { CallContext } from "../worker/call-context.js";
import type { Mapper } from "./mapper.js";
import type { Command, ShellResult } from "./on-worker/run-command.js";
import { type LoopBody, type ParallelForOptions, parallelFor, type ReducingOptions } from "./parallel-for.js";
import { runCommands, type ShellOptions } from "./shell.js";
import { type WarmOptions, warmWorkers } from "./warm.js";

export abstract class Forms implements Mapper {
  abstract map<I, R>(
    fn: (input: I, context: CallContext) => R,
    inputs: Iterable<I> | AsyncIterable<I>,
    options?: JobOptions,
  ): Job<Awaited<R>>;

  /** @internal What the backend can do; a promise where its platform has to be asked. */
  protected abstract limits(): BackendLimits | Promise<BackendLimits>;

  /**
   * Runs `body(i)` for `from <= i < to`, or down from `from` with a negative `step`. Each call runs a range of them, so that a billion
   * iterations are no billion calls. With `reduce` it resolves with the results made one, in the order of `i`.
   *
   * It ends with the first failure, and cancels the rest then; the error's cause tells the `i`, and has what the body threw as its own.
   *
   * @throws OptionError, CaptureError before anything is uploaded
   */
  parallelFor<R>(
    from: number,
    to: number,
    body: LoopBody<R>,
    options: ReducingOptions<Awaited<R>>,
  ): Promise<Awaited<R>>;
  parallelFor(from: number, to: number, body: LoopBody<unknown>, options?: ParallelForOptions): Promise<void>;
  parallelFor(
    from: number,
    to: number,
    body: LoopBody<unknown>,
    options?: ParallelForOptions | ReducingOptions<unknown>,
  ): Promise<unknown> {
    return parallelFor(this, () => this.limits(), [from, to, body], options);
  }

  /**
   * Runs each command on a worker: a string by the worker's shell, an array as a program and its arguments, without a shell. An exit
   * code is a result, unless `check` is set; a program that cannot be started fails its call.
   *
   * Of a command that is cancelled or runs out of time, its whole process group is killed. One whose host is killed by SIGKILL goes on.
   *
   * @throws OptionError before anything is uploaded
   */
  sh(commands: Iterable<Command>, options?: ShellOptions): Job<ShellResult> {
    return runCommands(this, commands, options);
  }

  /**
   * Starts workers, so that they are warm when the first job comes. On a platform it invokes so many at once, and each waits a moment
   * for the others: fewer are warm where fewer are granted, and the platform ends idle ones when it likes. Where workers have a
   * setup, it runs on them now, and again before the first call of a function.
   *
   * @param n workers that are wanted, those that are warm already among them; more than can run at once are not started
   * @returns workers that were warm
   * @throws OptionError
   */
  warm(n: number, options?: WarmOptions): Promise<number> {
    return warmWorkers(this, () => this.limits(), n, options);
  }
}
