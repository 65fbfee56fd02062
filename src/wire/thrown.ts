/** What the user's code threw, on its way from worker to host. */
import { type DecodeOptions, decode } from "../codec/codec.js";
import type { OmittedPart } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import { isInstance } from "../util/is-instance.js";

export interface Thrown {
  /** The thrown error's own class name, or what `typeof` says of another value. */
  className: string;
  /** One line for messages. */
  summary: string;
  /** Encoded by itself: whatever is wrong with it, that and what was thrown can be told. */
  value: Uint8Array;
  /** What of the value did not travel. */
  omitted: OmittedPart[];
}

/** Where the value stands in the error that the user gets. */
export const THROWN_ROOT = "cause";

/** The value as far as it can be read here: hooks of registered classes may throw, and the classes may be missing. */
export function decodeThrown(
  { value, omitted }: Thrown,
  options: DecodeOptions,
): { value: unknown; omitted: OmittedPart[] } {
  try {
    return { value: decode(value, options), omitted };
  } catch (error) {
    const reason = `It arrived, but cannot be read here: ${isInstance(error, Error) ? error.message : textOf(error)}`;
    return { value: undefined, omitted: [{ path: THROWN_ROOT, reason }, ...omitted] };
  }
}

/** The class name that a thrown value is reported under: its constructor's, or what `typeof` says. */
export function classNameOf(thrown: unknown): string {
  if (thrown === null || (typeof thrown !== "object" && typeof thrown !== "function")) return typeof thrown;
  try {
    const name = (thrown as { constructor?: { name?: unknown } }).constructor?.name;
    return typeof name === "string" && name !== "" ? name : "Object";
  } catch {
    return "Object";
  }
}
