/** Captures all that a job runs: its function with what is asked about errors or writes results, and its setups. */
import type { Callable } from "../capture/types.js";
import { OptionError } from "../errors.js";
import { isModuleFunction, type JobOptions, type ModuleFunction, type SetupFunction } from "../options.js";
import type { Reach } from "../stores/store.js";
import { WHEN, WRITER } from "../wire/helpers.js";
import { captureFunction, checkAtOnce } from "./capture-function.js";
import { type CapturedJob, captureSetups, withSetups } from "./capture-setups.js";
import { functionOfModule, packageOfModule } from "./module-function.js";

export interface Capturing {
  /** Those of the executor; undefined where it has none. */
  setup: SetupFunction | undefined;
  byValue: readonly string[] | undefined;
  reach: Reach;
}

/** Throws `OptionError` and `CaptureError`. */
export function captureJob(
  given: Function | ModuleFunction,
  { setup, byValue = [], reach }: Capturing,
  options: JobOptions,
): CapturedJob {
  const isModule = isModuleFunction(given);
  const fn = isModule ? functionOfModule(given, reach) : given;
  const capturing = { ...options, byValue: [...byValue, ...(options.byValue ?? [])] };
  const packages = isModule ? [packageOfModule(given)] : [];
  const helpers = helpersOf(options);
  const captured = captureFunction(fn, capturing, packages, helpers);
  checkAtOnce(captured, options);
  const setups = captureSetups([setup, options.setup], captured, reach, capturing);
  const hasMore = helpers.size > 0 && Boolean(options.cache);
  const alone = hasMore ? captureFunction(fn, capturing, packages) : captured;
  return withSetups(captured, alone.captured, setups);
}

/** What is called with the function's own errors and values, in its own snapshot: `error instanceof Busy` must hold there. */
function helpersOf({ retries, as }: JobOptions): ReadonlyMap<string, Callable> {
  const helpers = new Map<string, Callable>();
  if (typeof retries === "object" && retries.when) helpers.set(WHEN, retries.when);
  if (typeof as === "function") helpers.set(WRITER, as);
  return helpers;
}

/**
 * Throws `OptionError` for what is neither a function nor the name of one in a module.
 *
 * @param what names it, as in `"map() takes a function first"`
 */
export function checkFunction(fn: unknown, option: string, what: string): void {
  if (typeof fn === "function" || isModuleFunction(fn)) return;
  throw new OptionError(option, `${what}, but got ${fn === null ? "null" : typeof fn}.`);
}
