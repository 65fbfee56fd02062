/** Captures what the user hands to `map()`, with the registered classes, and tells the user what looks doubtful. */
import { Broadcast } from "../broadcast.js";
import { type Captured, capture } from "../capture/capture.js";
import type { JobOptions } from "../options.js";
import { registeredClasses } from "../register-class.js";
import { packClasses } from "../wire/classes.js";

export interface CapturedFunction {
  captured: Captured;
  /** Those that the function closes over. */
  broadcasts: ReadonlySet<Broadcast<unknown>>;
}

/** Throws `CaptureError`. */
export function captureFunction(fn: Function, { secrets, maxPayloadBytes }: JobOptions = {}): CapturedFunction {
  const broadcasts = new Set<Broadcast<unknown>>();
  const classes = registeredClasses();
  const captured = capture(fn, {
    ...(classes && { classes: packClasses(classes) }),
    ...(secrets && { secrets }),
    ...(maxPayloadBytes && { maxBytes: maxPayloadBytes }),
    reference: (value) => {
      if (!(value instanceof Broadcast)) return undefined;
      broadcasts.add(value);
      return value.digest;
    },
  });
  warn(captured);
  return { captured, broadcasts };
}

/** Digests of payloads whose warnings were given: the same function, mapped in a loop, warns once. */
const warned = new Set<string>();

function warn({ warnings, position, name }: Captured): void {
  for (const { message } of warnings) {
    const where = position ? ` at ${position.url}:${position.line}` : "";
    const text = `${message} (captured by ${name || "the function"}${where})`;
    if (warned.has(text)) continue;
    warned.add(text);
    process.emitWarning(text, "NodewrenWarning");
  }
}
