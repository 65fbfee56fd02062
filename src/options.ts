/** Every option once: its type, unit, default and check. */
import type { Backend } from "./backends/backend.js";
import { OptionError } from "./errors.js";
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

/** `true`: a bar on stderr when that is a terminal; `false`: nothing; a function: called after each shard. */
export type ProgressOption = boolean | ((progress: Progress) => void);

export interface ExecutorOptions {
  /**
   * Where workers run: a backend, or the name of one, which takes its settings from variables `NODEWREN_*` and the file
   * `nodewren.config.{ts,js,json}`. Default: variable `NODEWREN_BACKEND`, else the file's, else `"local"`.
   */
  backend?: Backend | "local" | "lambda" | undefined;
  /**
   * Where payloads, inputs and results lie: a store, or where one lies, as `"s3://bucket/prefix"`, a folder, or the
   * `file:` URL of one. Default: variable `NODEWREN_STORE`, else the file's, else a temporary folder that is removed by
   * `close()`.
   */
  store?: Store | string | undefined;
  /**
   * Worker processes that run at once, with the backend `"local"`. Default: variable `NODEWREN_WORKERS`, else the file's,
   * else the cores that this process may use.
   */
  workers?: number | undefined;
  /** Environment variables that every call sees. Default none. They travel in the invocation, so put no secrets there. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Default `true`. */
  progress?: ProgressOption | undefined;
  /**
   * Names of packages that workers elsewhere have by themselves, such as from a layer, so that they are not bundled and
   * sent along: those with native addons or files of their own. Default none. Without effect on workers of this machine.
   */
  packagesOnWorker?: readonly string[] | undefined;
}

export interface JobOptions {
  /** Shards to cut the job into, 1 to the number of calls. Default: planned from calls, bytes and workers. */
  shards?: number | undefined;
  /** Calls in a shard. Not together with `shards`. Default: planned. */
  callsPerShard?: number | undefined;
  /** Time after which a call is ended, ms. Default: none. */
  timeoutMs?: number | undefined;
  /** Memory that a call's heap may take, MiB. Default: Node's own limit. */
  memoryMb?: number | undefined;
  /** Tries that a call gets beyond its first when the function throws or overruns `timeoutMs`. Default 0. */
  retries?: number | undefined;
  /** Tries at a shard whose worker is lost through no fault that is known to be the function's. Default 3. */
  maxAttempts?: number | undefined;
  /** Cancels the job when aborted. */
  signal?: AbortSignal | undefined;
  /** What to do about captured text that looks like a secret. Default "warn", by `process.emitWarning`. */
  secrets?: "warn" | "error" | "ignore" | undefined;
  /** Largest function payload, code and captured values together, bytes. Default 64 MiB. */
  maxPayloadBytes?: number | undefined;
  /** Default: the executor's. */
  progress?: ProgressOption | undefined;
  /** Environment variables that the job's calls see, besides the executor's. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Packages that workers elsewhere have by themselves, besides the executor's. */
  packagesOnWorker?: readonly string[] | undefined;
}

export const DEFAULT_RETRIES = 0;
export const DEFAULT_MAX_ATTEMPTS = 3;

/** Longest delay of a Node timer, ms: 2^31 - 1, some 24.8 days. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Node does not start below some 10 MiB; this leaves room for the worker itself. */
const MIN_MEMORY_MB = 32;

/** Tries are bounded, so that nothing goes on for ever. */
const MAX_TRIES = 100;

export type Check = (value: unknown) => string | undefined;

export function integerIn(min: number, max: number, unit = ""): Check {
  const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  return (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `an integer ${range}${unit}`;
}

const isProgress: Check = (value) =>
  typeof value === "boolean" || typeof value === "function" ? undefined : "true, false or a function";

const isEnv: Check = (value) => {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  const isText = isRecord && Object.values(value).every((text) => typeof text === "string");
  return isText ? undefined : "an object whose values are strings";
};

const isNames: Check = (value) => {
  const areNames = Array.isArray(value) && value.every((name) => typeof name === "string" && PACKAGE_NAME.test(name));
  return areNames ? undefined : "an array of package names";
};

/** A name without a path within the package. */
const PACKAGE_NAME = /^(@[^/]+\/)?[^@./\\][^/\\]*$/;

function hasMethods(...names: string[]): Check {
  return (value) =>
    names.every((name) => typeof (value as Record<string, unknown> | null)?.[name] === "function")
      ? undefined
      : `an object with the methods ${names.join(", ")}`;
}

const isBackend: Check = (value) => {
  if (value === "local" || value === "lambda") return undefined;
  return hasMethods("invoke", "warm", "close")(value) && `"local", "lambda" or a backend, such as new LocalBackend()`;
};

const isStore: Check = (value) => {
  if (typeof value === "string") return undefined;
  return hasMethods("putIfAbsent", "get", "list")(value) && `"s3://bucket/prefix", a folder, or a store`;
};

const EXECUTOR_CHECKS: Record<keyof ExecutorOptions, Check> = {
  backend: isBackend,
  store: isStore,
  workers: integerIn(1, 1024),
  env: isEnv,
  progress: isProgress,
  packagesOnWorker: isNames,
};

const JOB_CHECKS: Record<keyof JobOptions, Check> = {
  shards: integerIn(1, Infinity),
  callsPerShard: integerIn(1, Infinity),
  timeoutMs: integerIn(1, MAX_TIMEOUT_MS, " (ms)"),
  memoryMb: integerIn(MIN_MEMORY_MB, Infinity, " (MiB)"),
  retries: integerIn(0, MAX_TRIES),
  maxAttempts: integerIn(1, MAX_TRIES),
  secrets: (value) =>
    ["warn", "error", "ignore"].includes(value as string) ? undefined : `"warn", "error" or "ignore"`,
  maxPayloadBytes: integerIn(1, Infinity, " (bytes)"),
  signal: (value) => (value instanceof AbortSignal ? undefined : "an AbortSignal"),
  progress: isProgress,
  env: isEnv,
  packagesOnWorker: isNames,
};

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkExecutorOptions(options: ExecutorOptions): void {
  checkOptions("new Executor()", options, EXECUTOR_CHECKS);
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkJobOptions(options: JobOptions): void {
  checkOptions("map()", options, JOB_CHECKS);
  if (options.shards !== undefined && options.callsPerShard !== undefined)
    throw new OptionError("callsPerShard", "map() takes shards or callsPerShard, not both. Leave one of them out.");
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkExplainOptions(options: Pick<JobOptions, "secrets" | "maxPayloadBytes">): void {
  const { secrets, maxPayloadBytes } = JOB_CHECKS;
  checkOptions("explain()", options, { secrets, maxPayloadBytes });
}

/** Throws `OptionError` for the first option that `checks` does not name or whose value it refuses. */
export function checkOptions(where: string, options: object, checks: Record<string, Check>): void {
  if (typeof options !== "object" || options === null)
    throw new OptionError("options", `${where} takes its options as an object, but got ${shown(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name))
      throw new OptionError(name, `${where} has no option ${name}. It has: ${Object.keys(checks).join(", ")}.`);
    const wanted = value === undefined ? undefined : checks[name]?.(value);
    if (wanted !== undefined)
      throw new OptionError(name, `Option ${name} of ${where} must be ${wanted}, but is ${shown(value)}.`);
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}
