/** Every message between host and worker. All of them are plain data that structured clone carries. */
import type { StoreDescriptor } from "../stores/store.js";

/** Consecutive calls of a job that one invocation runs, and where their inputs lie in the inputs object. */
export interface Shard {
  name: string;
  /** Index of the shard's first call in its job. */
  first: number;
  count: number;
  byteStart: number;
  byteEnd: number;
}

/** What the host asks of a worker. */
export interface ShardRequest {
  version: number;
  store: StoreDescriptor;
  /** Prefix of every key, empty or ending in `/`. */
  prefix: string;
  jobId: string;
  /** SHA-256 of the function payload. */
  functionDigest: string;
  /** SHA-256 of the bundle of the packages that the function needs; undefined when it needs none, or the worker has them. */
  packagesDigest?: string | undefined;
  /** The folder whose path the bundle's names leave out (`packageKey`); undefined when the worker has the caller's files. */
  packagesRoot?: string | undefined;
  shard: Shard;
  /** Size of the job's whole inputs object. */
  inputsBytes: number;
  /** The shard's range of the inputs object, where it rides in the request to spare the worker a read. */
  inputs?: Uint8Array | undefined;
  /** Unique for this try; the result object carries it, so that a worker knows its own write again. */
  attemptId: string;
  /** Number of this try at the shard, from 1. */
  attempt: number;
  /** Tries a call gets beyond its first when the user's function throws. */
  retries: number;
  timeoutMs: number | undefined;
  memoryMb: number | undefined;
  /** Environment variables that are set while the shard runs. */
  env: Readonly<Record<string, string>> | undefined;
  /**
   * Whether a worker that cannot commit a result leaves a note in the store (`noteKey`), because nobody hears its
   * answer. Set by the backend that hands the request over.
   */
  leavesNote?: boolean | undefined;
}

/** What a worker leaves in the store, or answers, when it ends before its shard does, as far as it can tell. */
export type WorkerNote =
  | { type: "death"; status: Exclude<StatusLine, { type: "running" | "retired" }> }
  | { type: "failed"; failure: WorkerFailure };

/** What a worker answers once the shard's result object exists: a hint to look, never the truth itself. */
export interface Answer {
  attemptId: string;
  /** The stored result object, when it is small enough to ride along. */
  result: Uint8Array | undefined;
  /** Time to store the result object, ms. It cannot be part of that object. */
  writeMs: number;
}

/** Result objects up to this many bytes ride in the answer, which spares the host a read. */
export const MAX_ANSWER_BYTES = 256 * 1024;

/** From the host to a local worker process. */
export type ToWorker = { type: "run"; request: ShardRequest } | { type: "cancel"; attemptId: string };

/** From a local worker process to the host. `failed` means that the shard could not be run or its result not stored. */
export type FromWorker =
  | { type: "ready" }
  | { type: "done"; attemptId: string; answer: Answer; retire: boolean }
  | { type: "failed"; attemptId: string; failure: WorkerFailure };

/** Why a worker could not run a shard, as plain data. */
export interface WorkerFailure {
  /** Code of the error; empty when it has none. */
  code: string;
  message: string;
  /** Whether the worker should not be used again, and the shard be given to another. */
  retire: boolean;
}

/**
 * What a worker tells of itself, one JSON object a line: a local process on its status pipe, another in its log. The last
 * lines outlive it.
 */
export type StatusLine =
  | { type: "running"; index: number }
  | { type: "timeout"; index: number }
  | { type: "memory"; index: number }
  /** A shard is under way, but has run no call for too long. */
  | { type: "stuck"; index: null }
  | { type: "exit"; index: number | null; code: number }
  /** The platform is about to end the shard, whose time is up. The index is set when one call took most of that time. */
  | { type: "deadline"; index: number | null }
  /**
   * The worker ended itself after its shard, because another one should not run on it. The shard's result is in the store,
   * unless there is a failure.
   */
  | { type: "retired"; index: null; failure?: WorkerFailure };

/** What a local worker process is started with, as JSON in its first argument. */
export interface ProcessSetting {
  hostPid: number;
  /** The host's own command line, which a call sees as `process.argv`. */
  argv: readonly string[];
  /** Limit of the user's memory in MiB; absent: Node's own default. */
  memoryMb?: number;
  /** The host's temporary store, which goes when the host is killed; absent: it has none. */
  temporaryFolder?: string;
}
