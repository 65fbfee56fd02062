/** Every message between host and worker. All of them are plain data: JSON, and bytes. */
import type { CallOutput } from "../errors.js";
import type { StoreDescriptor } from "../stores/store.js";
import type { Billed } from "./billed.js";
import type { Delivery } from "./delivery.js";
import type { Inside } from "./inside.js";

/** Consecutive calls of a job that one invocation runs, and where their inputs lie in the inputs object of their segment. */
export interface Shard {
  name: string;
  /** Index of the shard's first call in its job. */
  first: number;
  count: number;
  byteStart: number;
  byteEnd: number;
}

/** How the function of a job is applied whose inputs are lists. */
export interface Fold {
  /** `values`: they are reduced to one. `collections`: of `[key, value]`, which are only put together. `parts`: values with the same key are reduced. */
  of: "values" | "collections" | "parts";
  /** Whether the first of a list of parts is the initial value of each key. */
  initial: boolean;
  /** SHA-256 of the function that is given what was made of the parts, whose result is the call's; absent: that is the result. */
  finishDigest?: string | undefined;
}

/** Set where calls give pairs of `[key, value]`, which are divided by key into the parts of their shard's result object. */
export interface Shuffle {
  parts: number;
  /** SHA-256 of the function by which a shard reduces values with the same key. */
  combineDigest: string;
  /** SHA-256 of the function that says which part a key belongs to; absent: a hash of it does. */
  partitionDigest?: string | undefined;
}

/** What the host asks of a worker. */
export interface ShardRequest {
  version: number;
  store: StoreDescriptor;
  jobId: string;
  /** SHA-256 of the function payload. */
  functionDigest: string;
  /** SHA-256 of the payloads of the job's setups, in the order in which they run; undefined when there are none. */
  setupDigests?: readonly string[] | undefined;
  /** SHA-256 of the packages that the function needs, as one object; undefined when it needs none, or the worker has them. */
  packagesDigest?: string | undefined;
  /** The folder whose path the names of the packages leave out (`packageKey`); undefined when the worker has the caller's files. */
  packagesRoot?: string | undefined;
  shard: Shard;
  /** Number of the segment that the shard is part of. */
  segment: number;
  /** Size of that segment's whole inputs object. */
  inputsBytes: number;
  /** The shard's range of the inputs object, where it rides in the request to spare the worker a read. */
  inputs?: Uint8Array | undefined;
  /** Whether the answer carries the head of the result object only: nobody on the host asks for the values. */
  answersHead?: boolean | undefined;
  /** Whether a result that rides in the answer is not stored as well: nobody but the host could ever read it. */
  answerSuffices?: boolean | undefined;
  /** Set where the function folds its input; else it is called with it. */
  fold?: Fold | undefined;
  shuffle?: Shuffle | undefined;
  /** Set where values are written to a place of the user's, and counts come back. */
  delivery?: Delivery | undefined;
  /** Unique for this try; the result object carries it, so that a worker knows its own write again. */
  attemptId: string;
  /** Number of this try at the shard, from 1. */
  attempt: number;
  retries: RetryPolicy;
  /** Calls that run at once; undefined: one after the other. */
  concurrentCalls?: number | undefined;
  /** Least time from the start of a try at a call to the next such start, ms; undefined: none. */
  paceMs?: number | undefined;
  timeoutMs: number | undefined;
  memoryMb: number | undefined;
  /** Longest time for which the worker tries again what its store refuses, ms. */
  storePatienceMs: number;
  /** Environment variables that are set while the shard runs; null for those that are unset. */
  env: Readonly<Record<string, string | null>> | undefined;
  /**
   * Whether a worker that cannot commit a result leaves a note in the store (`noteKey`), because nobody hears its
   * answer. Set by the backend that hands the request over.
   */
  leavesNote?: boolean | undefined;
  /** Longest that the platform lets the shard run, ms; set by a backend whose workers do not know it themselves. */
  shardMs?: number | undefined;
  /** Set by a backend that hands the request to a worker which it does not start itself. */
  inside?: Inside | undefined;
  /** The span of this attempt, in the form of W3C's trace context; undefined where nobody traces the job. */
  traceparent?: string | undefined;
}

/** When a call that fails of its own doing gets another try, and so the job's setup. What a call threw, the payload may have a function to ask about. */
export interface RetryPolicy {
  /** Tries beyond the first. */
  limit: number;
  /** Pause before the second try, ms; each is by `factor` longer than the one before, up to `maxDelayMs`. */
  delayMs: number;
  factor: number;
  maxDelayMs: number;
  /** Whether each pause is a random part of that. */
  jitter: boolean;
}

/** What a worker leaves in the store, or answers, when it ends before its shard does, as far as it can tell. */
export type WorkerNote =
  | { type: "death"; status: Exclude<StatusLine, { type: "running" | "retired" }>; printed?: LastOutput }
  | { type: "failed"; failure: WorkerFailure };

/** What a worker answers once the shard's result object exists: a hint to look, never the truth itself. */
export interface Answer {
  attemptId: string;
  /** The stored result object, or its head where that was asked for, when it is small enough to ride along. */
  result: Uint8Array | undefined;
  /** Set where the answer is all that there is of the result, as it was asked for. */
  isUnstored?: boolean | undefined;
  /** Time to store the result object, ms. It cannot be part of that object. */
  writeMs: number;
  /** Set by a backend whose platform tells. */
  billed?: Billed | undefined;
}

/** Result objects, or heads of them, up to this many bytes ride in the answer, which spares the host a read. */
export const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Results up to this many bytes need not be stored where an answer suffices: a pipe takes so much at once, so that an answer is
 * there as a whole, whatever becomes of its worker then.
 */
export const MAX_UNSTORED_BYTES = 64 * 1024;

/** From the host to a local worker process. */
export type ToWorker =
  | { type: "run"; request: ShardRequest }
  | { type: "cancel"; attemptId: string }
  /** Another job has waited long enough: what is left of the shard is to be run later. */
  | { type: "endTurn"; attemptId: string };

/** From a local worker process to the host. `failed` means that the shard could not be run or its result not stored. */
export type FromWorker =
  | { type: "ready" }
  | { type: "done"; attemptId: string; answer: Answer; retire: boolean }
  | { type: "failed"; attemptId: string; failure: WorkerFailure };

/** Code of the failure of a worker that holds what another job left, its setup for one: it is none for this job, but another one is. */
export const UNFIT_CODE = "UNFIT";

/** Why a worker could not run a shard, as plain data. */
export interface WorkerFailure {
  /** Code of the error; empty when it has none. */
  code: string;
  message: string;
  /** Whether the worker should not be used again, and the shard be given to another. */
  retire: boolean;
  /** Whether another try may help, although this worker is as good as any. */
  isTransient?: boolean;
}

/**
 * What a worker tells of itself, one JSON object a line: a local process on its status pipe, another in its log. The last
 * lines outlive it.
 */
export type StatusLine =
  /** With neither an index nor a setup: what ran is over. */
  | ({ type: "running" } & Running)
  | ({ type: "timeout" } & Running)
  | ({ type: "memory" } & Running)
  /** A shard is under way, but has run no call for too long. */
  | { type: "stuck"; index: null }
  | ({ type: "exit"; code: number } & Running)
  /** The platform is about to end the shard, whose time is up. The index is set when one call took most of that time. */
  | ({ type: "deadline" } & Running)
  /**
   * The worker ended itself after its shard, because another one should not run on it. The shard's result is in the store,
   * unless there is a failure.
   */
  | { type: "retired"; index: null; failure?: WorkerFailure };

/**
 * What a local worker tells on its status pipe again and again, from a thread that no call blocks: that it lives, and how
 * many shards its main thread has begun with.
 */
export interface Beat {
  type: "beat";
  taken: number;
}

/** What a call or a setup prints, told at once, so that it outlives its worker: in the same places as a status. */
export interface Printed extends Running {
  type: "printed";
  attemptId: string;
  stream: "stdout" | "stderr";
  text: string;
}

/** Who printed last on a worker, and what in all. */
export type LastOutput = Running & { output: CallOutput };

/** What of the user's code runs on a worker: a call, the job's setup, or nothing. */
export interface Running {
  /** Index of the call; null while none runs. */
  index: number | null;
  during?: "setup";
  /** Tries at it on this worker before the one that runs; absent when there were none. */
  retry?: number;
  /** Calls under way where several run at once: the one that is named, if any, is a suspect only. Absent: it was alone. */
  atOnce?: number;
}

/** What a local worker process is started with, as JSON in its first argument. */
export interface ProcessSetting {
  hostPid: number;
  /** The host's own command line, which a call sees as `process.argv`. */
  argv: readonly string[];
  /** Limit of the user's memory in MiB; absent: Node's own default. */
  memoryMb?: number;
  /** As in `CallPlace`. */
  depth: number;
  /** Workers that jobs may have which calls start here. */
  workersInside: number;
  /** The host's temporary store, which goes when the host is killed; absent: it has none. */
  temporaryFolder?: string;
  /** Name of the machine, where that is not the host's own. */
  place?: string;
  /** Whether calls can start no jobs here, as nodewren itself is not there. */
  startsNoJobs?: boolean;
  /** Where packages are unpacked that travel as files: the worker's alone, and removed by who has started it. Absent: one that goes with the process. */
  packagesFolder?: string;
}
