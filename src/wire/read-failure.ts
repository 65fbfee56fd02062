/** The decoded failure of a call, which anybody who writes to the store may have written. */
import { CodecError } from "../errors.js";
import { type Check, hasFields, isBytes, isCount, isListOf, isNumber, isText, orNone } from "./checks.js";
import type { Failure } from "./failure.js";
import { isOutput } from "./message-checks.js";

const isPart = hasFields({ path: isText, reason: isText });
const isThrown = hasFields({ className: isText, summary: isText, value: isBytes, omitted: isListOf(isPart) });
const orNumber: Check = (value) => value === undefined || value === null || isNumber(value);
const orText: Check = (value) => value === undefined || value === null || isText(value);

/** Of what a setup can end in. */
const ENDS: Readonly<Record<string, Check>> = {
  thrown: isThrown,
  timeout: hasFields({ timeoutMs: isNumber }),
  memory: hasFields({ memoryMb: orNumber }),
  lost: hasFields({ exitCode: orNumber, signal: orText, silentMs: orNumber, why: orText, stderr: orText }),
};

const KINDS: Readonly<Record<string, Check>> = {
  ...ENDS,
  unencodable: hasFields({ path: isText, message: isText }),
  setup: hasFields({ failure: (value) => isOneOf(ENDS, value), output: orNone(isOutput) }),
  dependency: hasFields({
    jobId: isText,
    index: isCount,
    attempts: isCount,
    failure: orNone(isBytes),
    why: orNone(isText),
  }),
  cancelled: hasFields({ why: isText }),
  invoke: hasFields({ message: isText }),
  store: hasFields({ message: isText }),
};

/** Throws `CodecError` for anything else. */
export function readFailure(value: unknown): Failure {
  if (isOneOf(KINDS, value)) return value as Failure;
  throw new CodecError("", "It is no failure of a call that this release knows. Run the job again.");
}

function isOneOf(kinds: Readonly<Record<string, Check>>, value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  const { kind } = value;
  return typeof kind === "string" && Object.hasOwn(kinds, kind) && kinds[kind]?.(value) === true;
}
