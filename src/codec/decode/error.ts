import { Malformed } from "../malformed.js";
import { readString } from "../strings.js";
import { ERROR_TYPES, Tag } from "../tags.js";
import type { ByteReader } from "./byte-reader.js";
import { define } from "./objects.js";

/**
 * Makes an error of the nearest built-in class that this Node has. An error of another class keeps that class's name
 * in a hidden property, `className`.
 */
export function makeError(input: ByteReader): Error {
  const type = ERROR_TYPES[input.byte()];
  if (type === undefined) throw new Malformed("an error is of no known class");
  const error = makeBareError(type);
  const className = readString(input);
  const name = readOptionalString(input);
  if (className) define(error, "className", className, false);
  if (name !== undefined) define(error, "name", name, false);
  return error;
}

function readOptionalString(input: ByteReader): string | undefined {
  if (input.bytes[input.position] !== Tag.UNDEFINED) return readString(input);
  input.take(1);
  return undefined;
}

/** A real error, but without message and stack: those that were sent are its only ones. */
function makeBareError(type: (typeof ERROR_TYPES)[number]): Error {
  const constructors = globalThis as unknown as Record<string, (new (...args: unknown[]) => Error) | undefined>;
  const Constructor = constructors[type] ?? Error;
  const error = withoutStackTrace(() =>
    type === "AggregateError" ? new (Constructor as unknown as AggregateErrorConstructor)([]) : new Constructor(),
  );
  for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key);
  return error;
}

/** Gathering a stack that is then replaced would cost more than all else. */
function withoutStackTrace<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
  }
}

export function makeDomException(input: ByteReader): DOMException {
  const message = readString(input);
  const name = readString(input);
  const error = withoutStackTrace(() => new DOMException(message, name));
  for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key);
  return error;
}
