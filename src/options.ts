/** Every option once: its type, unit, default and check. */
import type { Backend } from "./backends/backend.js";
import type { BackendName } from "./config/config.js";
import type { Prices } from "./cost/prices.js";
import type { CacheOption } from "./options/cache.js";
import type { CompletionOptions } from "./options/completion.js";
import type { DeliveryOptions } from "./options/delivery.js";
import type { RetryOptions } from "./options/retries.js";
import type { TraceOption } from "./options/trace.js";
import type { Store } from "./stores/store.js";

/** How far a job is. */
export interface Progress {
  /** Calls of the job. */
  total: number;
  /** Calls that have a value or failed. */
  done: number;
  /** Calls that failed. */
  failed: number;
}

/** `true`: a bar on stderr when that is a terminal; `false`: nothing; a function: called when the job starts, and after each shard. */
export type ProgressOption = boolean | ((progress: Progress) => void);

/** A function by the place where it is exported. */
export interface ModuleFunction {
  /** URL of a module that plain Node can import, such as `new URL("./work.js", import.meta.url)`. */
  module: URL | string;
  /** Name of the export; `"default"` for the default one. */
  name: string;
}

/** Sync or async; is called without arguments. */
export type SetupFunction = (() => unknown) | ModuleFunction;

export interface ExecutorOptions {
  /**
   * Where workers run: a backend, or the name of one, which takes its settings from variables `NODEWREN_*` and the file
   * `nodewren.config.{ts,js,json}`. Of several, the first ones get shards first, and the others what those have no room for; one
   * store has to reach all of them. Default: variable `NODEWREN_BACKEND`, else the file's, else `"local"`.
   */
  backend?: Backend | BackendName | readonly (Backend | BackendName)[] | undefined;
  /**
   * Where functions, inputs and results are stored: a store, or the place of one, as `"s3://bucket/prefix"`, `"azure://account/container/prefix"`,
   * `"gs://bucket/prefix"`, a folder, or the `file:` URL of one. Default: variable `NODEWREN_STORE`, else the file's, else a temporary folder that is removed by
   * `close()`.
   */
  store?: Store | string | undefined;
  /**
   * Worker processes that run at once, with the backend `"local"`. Default: variable `NODEWREN_WORKERS`, else the file's,
   * else the cores that this process may use.
   */
  workers?: number | undefined;
  /** Time after which an idle worker process is ended, with the backend `"local"`, ms. Default: never; in a notebook, 10 minutes. */
  idleTimeoutMs?: number | undefined;
  /** Environment variables that every call sees. Default none. They travel in the invocation, so put no secrets there. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Default `true`. */
  progress?: ProgressOption | undefined;
  /**
   * Whether what calls print is shown here, each line behind the index of its call, as `[12] text`: while they run on local workers, one
   * at a time; else when their shard has ended. Default `false`.
   */
  echo?: boolean | undefined;
  /**
   * Names of packages that are already installed on remote workers, such as by a Lambda layer, and so are not sent along. Added to
   * those that the configuration names (`lambda.packagesOnWorker`). Default none. Without effect on workers of this machine.
   */
  packagesOnWorker?: readonly string[] | undefined;
  /**
   * Runs once on each worker of each job, before its first call there, and stays in effect: to configure packages, or to
   * open what calls share by `globalThis`. Captured by each `map()`, as its function is. Its changes to variables that it
   * closes over are not seen by calls. When it fails, calls reject with `SetupError`. Default none.
   */
  setup?: SetupFunction | undefined;
  /**
   * Names of packages whose code and state travel with the function, as its own modules do, instead of being loaded on the
   * worker. Those whose state the program changed do so by themselves, where they can. Default none.
   */
  byValue?: readonly string[] | undefined;
  /**
   * How long host and workers repeat requests that the store fails, in ms, where waiting can help: a server that is down or
   * overloaded, but not a full disk or a missing permission. Default 120,000 (two minutes).
   */
  storePatienceMs?: number | undefined;
  /** The option `cache` of jobs that have none of their own. Default `false`. */
  cache?: CacheOption | undefined;
  /** Prices, in USD, in place of those of AWS's lists that `report.cost` and `estimate()` count by. Default: those. */
  prices?: Partial<Prices> | undefined;
  /**
   * Whether jobs have spans of the job, its shards and its calls: `true` for OpenTelemetry's, `"x-ray"` for those of AWS X-Ray's daemon.
   * Default `false`.
   */
  trace?: TraceOption | undefined;
}

export interface JobOptions extends DeliveryOptions {
  /** Shards to cut the job into, 1 to the number of calls. Default: planned from calls, bytes and workers. */
  shards?: number | undefined;
  /** Calls in a shard. Not together with `shards`. Default: planned. */
  callsPerShard?: number | undefined;
  /**
   * Calls that each worker runs at once, 1 to 1,000, for work that waits: requests, timers. Each keeps its own output, errors and
   * time limit. They share a thread, so what computes gains nothing. Default 1.
   */
  concurrentCalls?: number | undefined;
  /**
   * Calls that may start in a second, on all workers of the job together, above 0; further tries count as well. In any T seconds
   * at most `limitPerSecond × T` start, and one more for each shard that runs. Default: any number.
   */
  limitPerSecond?: number | undefined;
  /** Longest time of one try at a call, ms: then the try is ended. With `retries`, each try has that long. Default: none. */
  timeoutMs?: number | undefined;
  /**
   * Memory that a call's heap and buffers may take, MiB, at least 32; or several limits, from the smallest to the largest: a call that
   * runs out of one is tried again with the next, besides what `retries` says. Default: Node's own heap limit; on Lambda the
   * function's memory.
   */
  memoryMb?: number | readonly number[] | undefined;
  /**
   * Further tries, up to 100, at a call that fails on its worker: it throws, overruns `timeoutMs`, ends its process, runs out of memory,
   * or returns what cannot travel. Their number, or also when and after which pause. Default 0.
   */
  retries?: number | RetryOptions | undefined;
  /**
   * When the job ends before all its calls have: the rest is cancelled then. It is judged each time a shard has ended.
   * Default: with all its calls.
   */
  completion?: CompletionOptions | undefined;
  /**
   * Whether a shard that takes far longer than others of the job did, when few are left, is given to an idle worker as well,
   * whose calls may then run twice at once. The result that is stored first counts. Default `true`.
   */
  speculate?: boolean | undefined;
  /** Tries at a shard whose worker dies for a reason not known to be the function, such as a signal or a lost answer; 1 to 100. Default 3. */
  maxAttempts?: number | undefined;
  /** Cancels the job when aborted. */
  signal?: AbortSignal | undefined;
  /** What to do about captured text that looks like a secret. Default "warn", by `process.emitWarning`. */
  secrets?: "warn" | "error" | "ignore" | undefined;
  /** Largest function payload, code and captured values together, bytes. Default 64 MiB. */
  maxPayloadBytes?: number | undefined;
  /** Default: the executor's. */
  progress?: ProgressOption | undefined;
  /** Default: the executor's. */
  echo?: boolean | undefined;
  /** Environment variables that the job's calls see, besides the executor's. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Packages that are already installed on remote workers, besides the executor's. */
  packagesOnWorker?: readonly string[] | undefined;
  /** As the executor's, which runs before it. */
  setup?: SetupFunction | undefined;
  /** Packages whose code and state travel with the function, besides the executor's. */
  byValue?: readonly string[] | undefined;
  /** Default: the executor's. */
  storePatienceMs?: number | undefined;
  /**
   * Whether results are kept, and given again to calls of an equal function with equal inputs instead of running them: in
   * this job and all later ones, here and wherever that store is. Failures are not kept. `true`, a store, or
   * `{ store, maxAgeMs, maxBytes }`. Default: the executor's.
   */
  cache?: CacheOption | undefined;
  /** Default: the executor's. */
  trace?: TraceOption | undefined;
}

export const DEFAULT_MAX_ATTEMPTS = 3;
export const DEFAULT_STORE_PATIENCE_MS = 120_000;

export function isModuleFunction(value: unknown): value is ModuleFunction {
  return typeof value === "object" && value !== null && "module" in value;
}

/** Options of a job that say how many calls it has and runs at once, and when it ends: reducers have none of them. */
const OF_CALLS = ["shards", "callsPerShard", "completion", "concurrentCalls", "limitPerSecond"] as const;

/** What `job.reduce()` takes beside what is said of reducing. */
export type ReducersOptions = Omit<JobOptions, (typeof OF_CALLS)[number]>;

/** Those that hold for reducers as well. */
export function optionsOfReduce<O extends Partial<Record<keyof JobOptions, unknown>>>(
  options: O,
): Omit<O, (typeof OF_CALLS)[number]> {
  const others = { ...options };
  for (const name of OF_CALLS) delete others[name];
  return others;
}
