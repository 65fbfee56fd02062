/** Why a call has no value, as a record in the result object. */
import type { CallOutput, WorkerExit } from "../errors.js";
import type { Thrown } from "./thrown.js";

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
  /** The call's input was to be the result of another call, which failed; that failure is encoded, where there is one. */
  | { kind: "dependency"; jobId: string; index: number; attempts: number; failure?: Uint8Array; why?: string }
  | { kind: "cancelled"; why: string }
  | { kind: "invoke"; message: string }
  | { kind: "store"; message: string };

export type SetupFailure = Extract<Failure, { kind: "thrown" | "timeout" | "memory" | "lost" }>;
