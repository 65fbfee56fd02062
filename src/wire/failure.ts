/** Why a call has no value: as a record in the result object, and as the error that its future rejects with. */
import type { DecodeOptions } from "../codec/codec.js";
import {
  CallError,
  type CallIdentity,
  type CallOutput,
  CallTimeoutError,
  CancelledError,
  CodecError,
  InvokeError,
  type NodewrenError,
  OutOfMemoryError,
  SetupError,
  StoreError,
  type WorkerExit,
  WorkerLostError,
} from "../errors.js";
import { decodeThrown, type Thrown } from "./thrown.js";

export type Failure =
  | ({ kind: "thrown" } & Thrown)
  | { kind: "unencodable"; path: string; message: string }
  /** `isOfWorker`: the platform ended the worker before the job's own limit. */
  | { kind: "timeout"; timeoutMs: number; isOfWorker?: boolean }
  /** `isOfWorker`: the job set no limit, and its worker had no more. */
  | { kind: "memory"; memoryMb: number | undefined; isOfWorker?: boolean }
  | ({ kind: "lost" } & WorkerExit)
  /** The job's setup failed in one of these ways on the worker that was to run the call. */
  | { kind: "setup"; failure: SetupFailure; output?: CallOutput }
  | { kind: "cancelled"; why: string }
  | { kind: "invoke"; message: string }
  | { kind: "store"; message: string };

export type SetupFailure = Extract<Failure, { kind: "thrown" | "timeout" | "memory" | "lost" }>;

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
    case "cancelled":
      return new CancelledError(identity.jobId, failure.why);
    case "invoke":
      return new InvokeError(failure.message);
    case "store":
      return new StoreError(failure.message);
  }
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
