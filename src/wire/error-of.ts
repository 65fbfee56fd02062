/** The error that a call's future rejects with, from its failure record. */
import { type DecodeOptions, decode } from "../codec/codec.js";
import {
  CallError,
  type CallIdentity,
  type CallOutput,
  CallTimeoutError,
  CancelledError,
  CodecError,
  DependencyError,
  InvokeError,
  NO_OUTPUT,
  type NodewrenError,
  OutOfMemoryError,
  SetupError,
  StoreError,
  WorkerLostError,
} from "../errors.js";
import type { Failure } from "./failure.js";
import { readFailure } from "./read-failure.js";
import { decodeThrown } from "./thrown.js";

/** @param decoding how what was thrown is decoded */
export function errorOf(
  failure: Failure,
  identity: CallIdentity,
  output: CallOutput,
  decoding: DecodeOptions = {},
): NodewrenError {
  switch (failure.kind) {
    case "thrown":
      return new CallError(identity, { ...failure, ...decodeThrown(failure, decoding), output });
    case "unencodable":
      return new CodecError(failure.path, `Call ${identity.index} of job ${identity.jobId}: ${failure.message}`);
    case "timeout":
      return new CallTimeoutError(identity, failure.timeoutMs, failure.isOfWorker, output);
    case "memory":
      return new OutOfMemoryError(identity, failure.memoryMb, failure.isOfWorker, output);
    case "lost":
      return new WorkerLostError(identity, failure, output);
    case "setup":
      return setupErrorOf(failure, identity, decoding);
    case "dependency":
      return dependencyErrorOf(failure, identity, decoding);
    case "cancelled":
      return new CancelledError(identity.jobId, failure.why);
    case "invoke":
      return new InvokeError(failure.message);
    case "store":
      return new StoreError(failure.message);
  }
}

function dependencyErrorOf(
  { jobId, index, attempts, failure, why = "" }: Extract<Failure, { kind: "dependency" }>,
  identity: CallIdentity,
  decoding: DecodeOptions,
): DependencyError {
  const input = { jobId, index };
  if (!failure) return new DependencyError(identity, input, why);
  const cause = errorOf(readFailure(decode(failure)), { jobId, index, attempts }, NO_OUTPUT, decoding);
  return new DependencyError(identity, input, `${cause.name}: ${cause.message}`, { cause });
}

function setupErrorOf(
  { failure, output }: Extract<Failure, { kind: "setup" }>,
  identity: CallIdentity,
  decoding: DecodeOptions,
): SetupError {
  switch (failure.kind) {
    case "thrown":
      return new SetupError(identity, { how: "threw", ...failure, ...decodeThrown(failure, decoding), output });
    case "timeout":
      return new SetupError(identity, { ...failure, how: "timeout", output });
    case "memory":
      return new SetupError(identity, { ...failure, how: "memory", output });
    case "lost":
      return new SetupError(identity, { ...failure, how: "lost", output });
  }
}
