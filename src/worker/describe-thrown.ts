/** What can be told of a value that was thrown, whatever it does when it is read. */
import { inspect, types } from "node:util";
import { textOf } from "../util/describe-value.js";

/** Longest summary, UTF-16 units: the whole message is in the error itself. */
const MAX_SUMMARY_LENGTH = 16 * 1024;

export function summaryOf(value: unknown, className: string): string {
  const summary = isError(value) ? `${className}: ${messageOf(value)}` : contentsOf(value);
  return summary.length > MAX_SUMMARY_LENGTH ? `${summary.slice(0, MAX_SUMMARY_LENGTH)}…` : summary;
}

/** Of an object what it holds, since its own text is mostly "[object Object]". Runs no getter, and no trap of a proxy. */
function contentsOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return textOf(value);
  try {
    return inspect(value, { customInspect: false, showProxy: true, breakLength: Number.POSITIVE_INFINITY });
  } catch {
    return textOf(value);
  }
}

/** Of any realm, and by way of a proxy. */
function isError(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    return false;
  }
}

function messageOf(error: Error): string {
  const message = fieldOf(error, "message");
  return typeof message === "string" ? message : textOf(message);
}

function fieldOf(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}

/** An error with the texts of another, and no more. */
export function bareError(value: unknown): Error | undefined {
  if (!isError(value)) return undefined;
  const error = new Error();
  for (const key of ["name", "message", "stack"]) {
    const text = fieldOf(value, key);
    if (typeof text === "string") setHidden(error, key, text);
  }
  return error;
}

/**
 * The own fields of an object that cannot travel itself, such as an instance of an unknown class or a proxy: as an error
 * when it is one, else as a plain object. Undefined when there are none.
 */
export function ownDataOf(value: unknown): object | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const keys = Object.keys(value);
  const data = bareError(value) ?? (keys.length > 0 ? {} : undefined);
  if (data === undefined) return undefined;
  for (const key of keys) {
    const property = { value: fieldOf(value, key), enumerable: true, configurable: true, writable: true };
    if (!Object.hasOwn(data, key)) Object.defineProperty(data, key, property);
  }
  const cause = isError(value) ? fieldOf(value, "cause") : undefined;
  if (cause !== undefined) setHidden(data, "cause", cause);
  return data;
}

function setHidden(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: false });
}
