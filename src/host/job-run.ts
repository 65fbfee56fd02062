/** Everything that the host knows of a running job, shared by the steps that submit, invoke and watch it. */
import type { Backend, Place } from "../backends/backend.js";
import type { PackagesBundle } from "../bundle/bundle.js";
import type { Caches } from "../cache/caches.js";
import type { ClassRegistry } from "../codec/classes.js";
import type { Bills } from "../cost/bills.js";
import type { Prices } from "../cost/prices.js";
import type { CallOutcomes } from "../job/outcomes.js";
import type { ShardTimesLog } from "../job/shard-times.js";
import type { CompletionOptions } from "../options/completion.js";
import type { CountedStore } from "../stores/counted.js";
import type { Store } from "../stores/store.js";
import type { JobTrace } from "../trace/job-trace.js";
import type { Fold, RetryPolicy, Shard, Shuffle } from "../wire/messages.js";
import type { CachedCalls } from "./cached-calls.js";
import type { DriverTimes } from "./driver-times.js";
import type { Echo } from "./echo.js";
import type { JobDelivery } from "./job-delivery.js";
import type { ResultPlaces } from "./result-places.js";
import type { SegmentInputs } from "./segment-inputs.js";
import type { StoredObjects } from "./stored-objects.js";
import type { WorkerKeys } from "./worker-keys.js";

/** Options of a job with their defaults filled in. */
export interface JobSettings {
  /** Set where the function folds its inputs. */
  fold: Fold | undefined;
  /** Set where its calls give pairs, which are divided by key. */
  shuffle: Shuffle | undefined;
  /** Calls that run at once on each worker. */
  concurrentCalls: number;
  limitPerSecond: number | undefined;
  timeoutMs: number | undefined;
  /** Limits from the smallest to the largest, MiB; empty: there are none. */
  memoryMb: readonly number[];
  retries: RetryPolicy;
  maxAttempts: number;
  completion: CompletionOptions | undefined;
  speculate: boolean;
  storePatienceMs: number;
  /** Null for variables that are to be unset. */
  env: Readonly<Record<string, string | null>> | undefined;
  packagesOnWorker: readonly string[];
}

/** How many copies of shards that lagged were made, and how many of them were first. */
export interface Copies {
  started: number;
  won: number;
}

export interface SentPackages extends Pick<PackagesBundle, "digest" | "root"> {
  /** Whether the files that they were made of are on this machine. */
  areHere: boolean;
}

export interface JobRun {
  readonly jobId: string;
  /** Name of the function, or where one without a name was mapped; "" where that is not known, as until the record is read. */
  functionName: string;
  readonly functionDigest: string;
  /** Those of the setups, in the order in which they run. */
  readonly setupDigests: readonly string[];
  /** The packages that the function uses, as they travel; undefined where workers have the user's own files. */
  packages: SentPackages | undefined;
  readonly store: Store;
  readonly backend: Backend;
  readonly settings: JobSettings;
  readonly driverTimes: DriverTimes;
  readonly classes: ClassRegistry | undefined;
  /** Keys of payloads and broadcasts that this executor has stored already. */
  readonly stored: StoredObjects;
  /** Unix time of the `map()`, ms. */
  submittedAt: number;
  readonly outcomes: CallOutcomes<unknown>;
  /** The inputs of a job that is no stream, once they are known here. */
  inputs: SegmentInputs | undefined;
  /** Where values go that do not come back; undefined where they do. */
  delivery: JobDelivery | undefined;
  /** Whether the host alone knows of the job, as the store goes with the executor and inputs ride in requests; known once it is submitted. */
  isOwnAlone: boolean;
  /** Where the results lie. */
  readonly places: ResultPlaces;
  readonly times: ShardTimesLog;
  /** What this host asks of the store. */
  readonly counted: Pick<CountedStore, "requests" | "bytesRead" | "bytesWritten">;
  /** What platforms bill for its workers. */
  readonly bills: Bills;
  /** In place of those that are known here. */
  readonly prices: Partial<Prices> | undefined;
  /** Of shards that lagged. */
  readonly copies: Copies;
  /** Undefined where no results are kept. */
  readonly cache: CachedCalls | undefined;
  readonly caches: Caches;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Makes stacks of shipped code speak of the user's sources. */
  readonly mapStack: (stack: string) => string;
  /** Shows what calls print; undefined where that is not wanted. */
  readonly echo: Echo | undefined;
  /** Undefined where workers have the rights of the place where they run. */
  readonly workerKeys: WorkerKeys | undefined;
  /** Undefined where nobody traces the job. */
  trace: JobTrace | undefined;
  /** Called after each shard that has settled. */
  onProgress: () => void;
}

/** A shard on its way. */
export interface Task {
  readonly shard: Shard;
  readonly segment: SegmentInputs;
  /** Number of the next try that its calls get, from 1; it goes on counting in the pieces of a split shard. */
  attempt: number;
  /** Tries at this very shard so far. */
  tries: number;
  /** Which of the job's memory limits applies. */
  memoryLevel: number;
  /** Workers met on which another job's setup had run. */
  unfit: number;
  /** Places that have refused it, or where its worker was ended from outside: others come first. */
  failedAt: ReadonlySet<Place>;
  /** Whether another host, or an attempt that was given up, may have run it already. */
  mayHaveRun: boolean;
  /** Unix time at which it was last handed to the backend by this host, ms; 0: never. */
  invokedAt: number;
}

const NOWHERE: ReadonlySet<Place> = new Set();

export type NewTask = Pick<Task, "shard" | "segment"> &
  Partial<Pick<Task, "attempt" | "mayHaveRun" | "memoryLevel" | "failedAt">>;

/** With its first try before it, unless something else is said. */
export function newTask({ shard, segment, attempt = 1, mayHaveRun = false, memoryLevel = 0, failedAt }: NewTask): Task {
  const tried = { tries: 0, memoryLevel, unfit: 0, failedAt: failedAt ?? NOWHERE };
  return { shard, segment, attempt, ...tried, mayHaveRun, invokedAt: 0 };
}
