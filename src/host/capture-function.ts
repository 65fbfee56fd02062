/** Captures what the user hands to `map()`, with the registered classes, and tells the user what looks doubtful. */
import { Broadcast } from "../broadcast.js";
import { type Captured, type CapturedPackage, type CaptureOptions, capture } from "../capture/capture.js";
import { type Explanation, explain as explainCapture } from "../capture/explain.js";
import { checkExplainOptions, type JobOptions } from "../options.js";
import { registeredClasses } from "../register-class.js";
import { packClasses } from "../wire/classes.js";

export interface CapturedFunction {
  captured: Captured;
  /** Those that the function closes over. */
  broadcasts: ReadonlySet<Broadcast<unknown>>;
  /** What the worker has to be able to load. */
  packages: readonly CapturedPackage[];
}

/** With `packages` that the function loads by names that its code does not tell. Throws `CaptureError`. */
export function captureFunction(
  fn: Function,
  options: JobOptions = {},
  packages: readonly CapturedPackage[] = [],
): CapturedFunction {
  const broadcasts = new Set<Broadcast<unknown>>();
  const captured = capture(fn, captureOptions(options, broadcasts));
  warn(captured);
  return { captured, broadcasts, packages: [...captured.packages, ...packages] };
}

/**
 * Tells what would travel with a function, without sending anything: variables, functions, modules, packages, bytes,
 * warnings. Print it, or read its fields. Throws `CaptureError` and `OptionError` as `map()` would.
 */
export function explain(fn: Function, options: Pick<JobOptions, "secrets" | "maxPayloadBytes"> = {}): Explanation {
  checkExplainOptions(options);
  return explainCapture(fn, captureOptions(options, new Set()));
}

function captureOptions({ secrets, maxPayloadBytes }: JobOptions, broadcasts: Set<Broadcast<unknown>>): CaptureOptions {
  const classes = registeredClasses();
  return {
    ...(classes && { classes: packClasses(classes) }),
    ...(secrets && { secrets }),
    ...(maxPayloadBytes !== undefined && { maxBytes: maxPayloadBytes }),
    reference: (value) => {
      if (!Broadcast.is(value)) return undefined;
      broadcasts.add(value);
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
    const text = `${message} (captured by ${name || "the function"}${where})`;
    if (warned.has(text)) continue;
    warned.add(text);
    process.emitWarning(text, "NodewrenWarning");
  }
}
