/** Everything that the host knows of a running job, shared by the steps that submit, invoke and watch it. */
import type { Backend } from "../backends/backend.js";
import type { PackagesBundle } from "../bundle/bundle.js";
import type { ClassRegistry } from "../codec/classes.js";
import type { Ledger } from "../ledger.js";
import type { Store } from "../stores/store.js";
import type { Shard } from "../wire/messages.js";
import type { ShardTimes } from "./report.js";

/** Options of a job with their defaults filled in. */
export interface JobSettings {
  timeoutMs: number | undefined;
  memoryMb: number | undefined;
  retries: number;
  maxAttempts: number;
  env: Readonly<Record<string, string>> | undefined;
  packagesOnWorker: readonly string[];
}

export interface JobRun {
  readonly jobId: string;
  readonly functionName: string;
  readonly functionDigest: string;
  /** The bundle of the packages that the function uses; undefined where workers have the user's own files. */
  packages: PackagesBundle | undefined;
  readonly prefix: string;
  readonly store: Store;
  readonly backend: Backend;
  readonly settings: JobSettings;
  readonly classes: ClassRegistry | undefined;
  /** Keys of payloads and broadcasts that this executor has stored already. */
  readonly stored: Set<string>;
  /** Unix time of the `map()`, ms. */
  readonly submittedAt: number;
  readonly ledger: Ledger<unknown>;
  /** Byte at which each input starts in the inputs object. */
  starts: Float64Array;
  /** The inputs object, while its parts may ride in requests; undefined where they do not. */
  inputs: Uint8Array | undefined;
  readonly times: ShardTimes[];
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Makes stacks of shipped code speak of the user's sources. */
  readonly mapStack: (stack: string) => string;
  /** Called after each shard that has settled. */
  onProgress: () => void;
}

/** A shard on its way. */
export interface Task {
  readonly shard: Shard;
  /** Number of the next try that its calls get, from 1; it goes on counting in the pieces of a split shard. */
  attempt: number;
  /** Tries at this very shard so far. */
  tries: number;
  /** Unix time at which it was last handed to the backend, ms. */
  invokedAt: number;
}

export function newTask(shard: Shard, attempt = 1): Task {
  return { shard, attempt, tries: 0, invokedAt: 0 };
}

/** Unix time in ms, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
