/** Captures what the user hands to `map()`, with the registered classes, and tells the user what looks doubtful. */
import { Broadcast } from "../broadcast.js";
import { type CapturedPackage, capture } from "../capture/capture.js";
import type { Captured, CaptureOptions } from "../capture/captured.js";
import { type Explanation, explain as explainCapture } from "../capture/explain.js";
import { CaptureError, OptionError } from "../errors.js";
import { ExecutorBrand } from "../forms/brand.js";
import { InputItem } from "../inputs/item.js";
import { itemToken } from "../inputs/item-classes.js";
import { checkExplainOptions } from "../options/check-options.js";
import type { JobOptions } from "../options.js";
import { registeredClasses } from "../register-class.js";
import { asCalled } from "../util/called.js";
import { packClasses } from "../wire/classes.js";

export interface CapturedFunction {
  captured: Captured;
  /** Those that the function closes over. */
  broadcasts: ReadonlySet<Broadcast<unknown>>;
  /** Input items that it closes over. */
  items: ReadonlySet<InputItem>;
  /** What the worker has to be able to load. */
  packages: readonly CapturedPackage[];
}

/** With `helpers` that are called with what it made, and `packages` that the function loads by names that its code does not tell. Throws `CaptureError`. */
export function captureFunction(
  fn: Function,
  options: JobOptions = {},
  packages: readonly CapturedPackage[] = [],
  helpers: CaptureOptions["helpers"] = new Map(),
): CapturedFunction {
  const classes = registeredClasses();
  const more = { ...(classes && { classes: packClasses(classes) }), ...(helpers.size > 0 && { helpers }) };
  return captureWith(fn, options, packages, more);
}

/** Throws `OptionError` when calls could not run at once: a process has one global object, and each call finds it as it was. */
export function checkAtOnce({ captured }: CapturedFunction, { concurrentCalls = 1 }: JobOptions): void {
  const [key] = captured.globals;
  if (key === undefined || concurrentCalls === 1) return;
  throw new OptionError(
    "concurrentCalls",
    `Option concurrentCalls of map() is ${concurrentCalls}, but the function reads ${String(key)} of the global object, which your program has put there and which each call is given anew: calls that run at once would take it from each other. Let the function close over a variable instead, set it in the option setup, or leave concurrentCalls out.`,
  );
}

/**
 * As `captureFunction`, for what runs beside the function, such as a setup: it gets no inputs and gives no results, so that no
 * classes go with it. Errors say that they are of `owner`.
 */
export function captureBeside(
  owner: string,
  fn: Function,
  setupBefore: ReadonlySet<PropertyKey>,
  options: JobOptions,
  packages: readonly CapturedPackage[],
): CapturedFunction {
  try {
    return captureWith(fn, options, packages, { setupBefore });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    const { path, reason, hint, position, excerpt, cause } = error;
    const fields = { path: `${path} of ${owner}`, reason, hint, position, excerpt };
    throw new CaptureError(fields, cause === undefined ? {} : { cause });
  }
}

function captureWith(
  fn: Function,
  options: JobOptions,
  packages: readonly CapturedPackage[],
  more: Pick<CaptureOptions, "classes" | "helpers" | "setupBefore">,
): CapturedFunction {
  const met: Met = { broadcasts: new Set(), items: new Set() };
  const captured = capture(fn, { ...captureOptions(options, met), ...more });
  warn(captured);
  return { captured, ...met, packages: [...captured.packages, ...packages] };
}

/**
 * Tells what would travel with a function, without sending anything: variables, functions, modules, packages, bytes,
 * warnings. Print it, or read its fields. Throws `CaptureError` and `OptionError` as `map()` would.
 */
export function explain(
  fn: Function,
  options: Pick<JobOptions, "secrets" | "maxPayloadBytes" | "byValue"> = {},
): Explanation {
  return asCalled(explain, () => {
    checkExplainOptions(options);
    const classes = registeredClasses();
    return explainCapture(fn, {
      ...captureOptions(options, { broadcasts: new Set(), items: new Set() }),
      ...(classes && { classes: packClasses(classes) }),
    });
  });
}

const executorRefusal = {
  reason: "it is an executor, which belongs to this process",
  hint: "Inside a call, take the one that its second argument has: (input, { executor }) => executor.map(…).",
};

/** What travels by a reference of ours. */
interface Met {
  broadcasts: Set<Broadcast<unknown>>;
  items: Set<InputItem>;
}

function captureOptions({ secrets, maxPayloadBytes, byValue }: JobOptions, met: Met): CaptureOptions {
  return {
    ...(secrets && { secrets }),
    ...(byValue && { byValue }),
    ...(maxPayloadBytes !== undefined && { maxBytes: maxPayloadBytes }),
    refusal: (value) => (ExecutorBrand.isExecutor(value) ? executorRefusal : undefined),
    reference: (value) => {
      if (InputItem.is(value)) {
        met.items.add(value);
        return itemToken(value);
      }
      if (!Broadcast.is(value)) return undefined;
      met.broadcasts.add(value);
      return value.digest;
    },
  };
}

/** Warnings that were given: the same function, mapped in a loop, warns once. */
const warned = new Set<string>();

function warn(captured: Captured): void {
  const { warnings, name } = captured;
  const position = warnings.length > 0 ? captured.position() : undefined;
  for (const { message } of warnings) {
    const where = position ? ` at ${position.url}:${position.line}` : "";
    warnOnce(`${message} (captured by ${name || "the function"}${where})`);
  }
}

export function warnOnce(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  process.emitWarning(text, "NodewrenWarning");
}
