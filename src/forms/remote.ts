/** Functions and methods whose calls are promises of results from workers. */
import { OptionError } from "../errors.js";
import { Executor } from "../executor.js";
import { checkJobOptions } from "../options/check-options.js";
import { type DeliveryOptions, refuseDelivery } from "../options/delivery.js";
import type { JobOptions } from "../options.js";
import { asCalled } from "../util/called.js";
import { textOf } from "../util/describe-value.js";
import { CallBatches } from "./call-batches.js";
import type { InnerExecutor } from "./context.js";
import { dispatched } from "./on-worker/dispatched.js";
import { runCallsOf } from "./remote-calls.js";

/** What `map()` takes, for each job that is made of calls. */
export interface RemoteOptions extends Omit<JobOptions, "completion" | keyof DeliveryOptions> {
  /** Default: one that all functions and methods of the process share which were given none, as `new Executor()` makes it. */
  executor?: Pick<InnerExecutor, "map"> | undefined;
}

type Promised<A extends unknown[], R> = (...args: A) => Promise<Awaited<R>>;

/**
 * A function each call of which runs on a worker, and is a promise of its result. Calls that are made in the same tick are one job. Arguments
 * travel as inputs of `map()` do, as they are at the call; what `fn` closes over travels as it is when the tick's calls are made. Called
 * on a worker, it runs there.
 *
 * @throws OptionError
 */
export function cloud<A extends unknown[], R>(fn: (...args: A) => R, options: RemoteOptions = {}): Promised<A, R> {
  return asCalled(cloud, () => {
    if (typeof fn !== "function") throw new OptionError("fn", `cloud() takes a function, but got ${textOf(fn)}.`);
    check("cloud()", options);
    return onWorkers(fn, options) as Promised<A, R>;
  });
}

type Method<This, A extends unknown[], R> = (this: This, ...args: A) => Promise<R>;

/**
 * A decorator of methods and static methods, as the language has it: each call runs on a worker, where `this` is a copy of the object, with
 * its private fields, or of the class. Changes that the method makes to it stay there. Otherwise as `cloud()`.
 *
 * ```ts
 * class Model {
 *   @remote({ retries: 2 }) async fit(data: number[]): Promise<number> { … }
 * }
 * ```
 *
 * @throws OptionError also where it stands before something else than a method
 */
export function remote(
  options: RemoteOptions = {},
): <This, A extends unknown[], R>(
  method: Method<This, A, R>,
  context: ClassMethodDecoratorContext<This, Method<This, A, R>>,
) => Method<This, A, R> {
  asCalled(remote, () => {
    if (typeof options === "function") throw misused("Write @remote(), with parentheses.");
    check("@remote()", options);
  });
  return function decorate(method, context) {
    asCalled(decorate, () => checkContext(context));
    return onWorkers(method, options) as typeof method;
  };
}

function checkContext(context: { kind: string; name: string | symbol } | undefined): void {
  if (typeof context !== "object")
    throw misused(
      "It is a decorator of the language's standard: turn off the compiler's option experimentalDecorators.",
    );
  if (context.kind !== "method")
    throw misused(`It goes before methods, and ${String(context.name)} is a ${context.kind}.`);
}

function misused(why: string): OptionError {
  return new OptionError("remote", `@remote() cannot be used here. ${why}`);
}

function check(where: string, { executor, ...options }: RemoteOptions): void {
  checkJobOptions(options);
  refuseDelivery(where, options as DeliveryOptions);
  if ((options as JobOptions).completion !== undefined)
    throw new OptionError("completion", `${where} has no option completion, since each call is a promise of its own.`);
  if (executor !== undefined && typeof executor?.map !== "function")
    throw new OptionError("executor", `Option executor of ${where} must be an executor, but is ${textOf(executor)}.`);
}

function onWorkers(fn: Function, { executor, ...options }: RemoteOptions): Function {
  runCallsOf(fn, new CallBatches(fn, () => executor ?? sharedExecutor(), options));
  return dispatched(fn);
}

/** A module's variable, because a process has one set of cores, whatever the number of its functions. */
let shared: Executor | undefined;

function sharedExecutor(): Executor {
  shared ??= new Executor();
  return shared;
}
