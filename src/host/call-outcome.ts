/** What a call came to, from the bytes of it in a result object. */
import { decode } from "../codec/codec.js";
import { type CallIdentity, type CallOutput, CodecError, NO_OUTPUT } from "../errors.js";
import type { Outcome } from "../job/outcomes.js";
import { textOf } from "../util/describe-value.js";
import { isInstance } from "../util/is-instance.js";
import { errorOf } from "../wire/error-of.js";
import { readFailure } from "../wire/read-failure.js";
import type { CallResult } from "../wire/result.js";
import type { JobRun } from "./job-run.js";

/** Never throws: what cannot be decoded is an outcome as well. */
export function outcomeOf(
  { classes, mapStack }: Pick<JobRun, "classes" | "mapStack">,
  call: CallResult,
  identity: CallIdentity,
  output: CallOutput = NO_OUTPUT,
): Outcome<unknown> {
  const { index } = identity;
  try {
    const decoding = { classes, mapStack };
    if (call.ok) return { index, status: "fulfilled", value: decode(call.bytes, decoding) };
    const failure = readFailure(decode(call.bytes));
    return { index, status: "rejected", reason: errorOf(failure, identity, output, decoding) };
  } catch (error) {
    const cause = isInstance(error, Error) ? error.message : textOf(error);
    const message = `The result of call ${index} of job ${identity.jobId} cannot be decoded: ${cause}`;
    return { index, status: "rejected", reason: new CodecError("", message, { cause: error }) };
  }
}
