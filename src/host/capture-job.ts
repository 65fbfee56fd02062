/** Captures all that a job runs: its function, its setups, what is asked about errors, and what writes results. */
import { OptionError } from "../errors.js";
import { isModuleFunction, type JobOptions, type ModuleFunction, type SetupFunction } from "../options.js";
import type { Reach } from "../stores/store.js";
import { type CapturedFunction, captureBeside, captureFunction, checkAtOnce } from "./capture-function.js";
import { captureWhen } from "./capture-retries.js";
import { type CapturedJob, captureSetups, withOthers } from "./capture-setups.js";
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
  const captured = captureFunction(fn, capturing, isModule ? [packageOfModule(given)] : []);
  checkAtOnce(captured, options);
  const setups = captureSetups([setup, options.setup], captured, reach, capturing);
  const when = captureWhen(options, captured, capturing);
  return withOthers(captured, setups, { when, writer: captureWriter(captured, capturing) });
}

/** Undefined where results come back, or are written in a form of ours. */
function captureWriter({ captured }: CapturedFunction, options: JobOptions): CapturedFunction | undefined {
  const { as } = options;
  if (typeof as !== "function") return undefined;
  return captureBeside("the option as", as, new Set(captured.globals), options, []);
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
