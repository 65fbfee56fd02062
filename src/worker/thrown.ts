/** What the user's function threw, as a failure record in bytes. Whatever of it cannot travel is named, not dropped. */
import type { ClassRegistry } from "../codec/classes.js";
import { encode } from "../codec/codec.js";
import { CodecError } from "../errors.js";
import { errorsWithin } from "../errors-within.js";
import { textOf } from "../text-of.js";
import { classNameOf, type Failure } from "../wire/failure.js";
import { userStack } from "./stacks.js";

export function encodeThrown(value: unknown, classes: ClassRegistry | undefined): Uint8Array {
  const className = classNameOf(value);
  try {
    for (const error of errorsWithin(value)) tellStack(error);
    const failure: Failure = { kind: "thrown", className, summary: summaryOf(value, className), value };
    return encodeWhatTravels(failure, classes);
  } catch {
    // A value made to resist, such as a proxy whose traps throw: that it was thrown is all that can be told.
    return encode({ kind: "thrown", className, summary: `a value that cannot be read`, value: undefined });
  }
}

function encodeWhatTravels(failure: Failure & { kind: "thrown" }, classes: ClassRegistry | undefined): Uint8Array {
  try {
    return encode(failure, { root: "thrown", classes });
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const lost = `${failure.summary} [of which ${error.path} could not travel: ${error.message}]`;
    return encode({ ...failure, summary: lost, value: portable(failure.value) });
  }
}

/** Where the user's code has a formatter of its own, stacks still speak of code that was rebuilt here. */
function tellStack(error: Error): void {
  try {
    if (typeof error.stack === "string") error.stack = userStack(error.stack);
  } catch {
    // A frozen error, or one whose stack is an accessor that throws, keeps what it has.
  }
}

function summaryOf(value: unknown, className: string): string {
  const isError = value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  return isError ? `${className}: ${(value as Error).message}` : textOf(value);
}

/** An Error with the message and stack of the original and those of its own fields that can travel. */
function portable(value: unknown): unknown {
  if (!(value instanceof Error)) return undefined;
  const copy = new Error(String(value.message));
  Object.defineProperties(copy, {
    name: { value: String(value.name), configurable: true, writable: true, enumerable: false },
    stack: { value: String(value.stack), configurable: true, writable: true, enumerable: false },
  });
  for (const [name, field] of Object.entries(Object.getOwnPropertyDescriptors(value)))
    if (field.enumerable && canTravel(field.value)) Object.defineProperty(copy, name, { ...field, value: field.value });
  return copy;
}

function canTravel(value: unknown): boolean {
  try {
    encode(value);
    return true;
  } catch {
    return false;
  }
}
