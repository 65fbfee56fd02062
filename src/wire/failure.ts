/** Why a call has no value: as a record in the result object, and as the error that its future rejects with. */
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
  StoreError,
  type WorkerExit,
  WorkerLostError,
} from "../errors.js";

export type Failure =
  | { kind: "thrown"; className: string; summary: string; value: unknown }
  | { kind: "unencodable"; path: string; message: string }
  /** `isOfWorker`: the platform ended the worker before the job's own limit. */
  | { kind: "timeout"; timeoutMs: number; isOfWorker?: boolean }
  /** `isOfWorker`: the job set no limit, and its worker had no more. */
  | { kind: "memory"; memoryMb: number | undefined; isOfWorker?: boolean }
  | ({ kind: "lost" } & WorkerExit)
  | { kind: "cancelled"; why: string }
  | { kind: "invoke"; message: string }
  | { kind: "store"; message: string };

export function errorOf(failure: Failure, identity: CallIdentity, output: CallOutput): NodewrenError {
  switch (failure.kind) {
    case "thrown":
      return new CallError(identity, { ...failure, output });
    case "unencodable":
      return new CodecError(failure.path, `Call ${identity.index} of job ${identity.jobId}: ${failure.message}`);
    case "timeout":
      return new CallTimeoutError(identity, failure.timeoutMs, failure.isOfWorker);
    case "memory":
      return new OutOfMemoryError(identity, failure.memoryMb, failure.isOfWorker);
    case "lost":
      return new WorkerLostError(identity, failure);
    case "cancelled":
      return new CancelledError(identity.jobId, failure.why);
    case "invoke":
      return new InvokeError(failure.message);
    case "store":
      return new StoreError(failure.message);
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
