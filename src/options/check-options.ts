/** Checks of the options of executors and jobs: each option once. */
import { BACKEND_NAMES } from "../config/config.js";
import { OptionError } from "../errors.js";
import {
  type ExecutorOptions,
  isModuleFunction,
  type JobOptions,
  optionsOfReduce,
  type ReducersOptions,
} from "../options.js";
import { MAX_TIMER_MS } from "../util/time.js";
import { checkCache, isCache } from "./cache.js";
import { type Check, checkOptions, hasMethods, integerIn, isBoolean } from "./check.js";
import { checkCompletion, isCompletion } from "./completion.js";
import { checkDelivery, isAs } from "./delivery.js";
import { isMemory } from "./memory.js";
import { checkPrices, isObject } from "./prices.js";
import { checkRate, isConcurrentCalls, isRate } from "./rate.js";
import { checkRetries, isRetries, MAX_TRIES } from "./retries.js";
import { isStore } from "./store.js";
import { isTrace } from "./trace.js";

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

const isSetup: Check = (value) =>
  typeof value === "function" || isModuleFunction(value) ? undefined : "a function, or { module, name }";

const isBackend: Check = (value) => {
  const wanted = Array.isArray(value) ? value : [value];
  const isOne = (one: unknown) =>
    (BACKEND_NAMES as readonly unknown[]).includes(one) || hasMethods("invoke", "warm", "close")(one) === undefined;
  if (wanted.length > 0 && wanted.every(isOne) && new Set(wanted).size === wanted.length) return undefined;
  const names = BACKEND_NAMES.map((name) => `"${name}"`).join(", ");
  return `${names} or a backend, such as new LocalBackend(), or a list of them, each once`;
};

const EXECUTOR_CHECKS: Record<keyof ExecutorOptions, Check> = {
  backend: isBackend,
  store: isStore,
  workers: integerIn(1, 1024),
  idleTimeoutMs: integerIn(0, MAX_TIMER_MS, " (ms)"),
  env: isEnv,
  progress: isProgress,
  echo: isBoolean,
  packagesOnWorker: isNames,
  setup: isSetup,
  byValue: isNames,
  storePatienceMs: integerIn(0, MAX_TIMER_MS, " (ms)"),
  cache: isCache,
  prices: isObject,
  trace: isTrace,
};

const JOB_CHECKS: Record<keyof JobOptions, Check> = {
  shards: integerIn(1, Infinity),
  callsPerShard: integerIn(1, Infinity),
  concurrentCalls: isConcurrentCalls,
  limitPerSecond: isRate,
  timeoutMs: integerIn(1, MAX_TIMER_MS, " (ms)"),
  memoryMb: isMemory,
  retries: isRetries,
  completion: isCompletion,
  speculate: isBoolean,
  maxAttempts: integerIn(1, MAX_TRIES),
  output: isStore,
  as: isAs,
  secrets: (value) =>
    ["warn", "error", "ignore"].includes(value as string) ? undefined : `"warn", "error" or "ignore"`,
  maxPayloadBytes: integerIn(1, Infinity, " (bytes)"),
  signal: (value) => (value instanceof AbortSignal ? undefined : "an AbortSignal"),
  progress: isProgress,
  echo: isBoolean,
  env: isEnv,
  packagesOnWorker: isNames,
  setup: isSetup,
  byValue: isNames,
  storePatienceMs: integerIn(0, MAX_TIMER_MS, " (ms)"),
  cache: isCache,
  trace: isTrace,
};

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkExecutorOptions(options: ExecutorOptions): void {
  checkOptions("new Executor()", options, EXECUTOR_CHECKS);
  checkCache(options.cache);
  checkPrices(options.prices);
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkLocalOptions(options: Pick<ExecutorOptions, "workers" | "idleTimeoutMs">): void {
  const { workers, idleTimeoutMs } = EXECUTOR_CHECKS;
  checkOptions("new LocalBackend()", options, { workers, idleTimeoutMs });
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkJobOptions(options: JobOptions): void {
  checkOptions("map()", options, JOB_CHECKS);
  checkRetries(options.retries);
  checkCompletion(options.completion);
  checkRate(options);
  checkCache(options.cache);
  checkDelivery(options);
  if (options.output !== undefined && options.cache)
    throw new OptionError(
      "cache",
      "map() takes output or cache, not both: results that were kept do not come to the place where results are written. Leave one of them out.",
    );
  if (options.shards !== undefined && options.callsPerShard !== undefined)
    throw new OptionError("callsPerShard", "map() takes shards or callsPerShard, not both. Leave one of them out.");
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkReducersOptions(options: ReducersOptions): void {
  checkOptions("job.reduce()", options, optionsOfReduce(JOB_CHECKS));
  checkRetries(options.retries);
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkAttachOptions(options: object): void {
  const { signal, progress, echo, storePatienceMs, env, trace } = JOB_CHECKS;
  checkOptions("attach()", options, { resume: isBoolean, signal, progress, echo, storePatienceMs, env, trace });
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkExplainOptions(options: Pick<JobOptions, "secrets" | "maxPayloadBytes" | "byValue">): void {
  const { secrets, maxPayloadBytes, byValue } = JOB_CHECKS;
  checkOptions("explain()", options, { secrets, maxPayloadBytes, byValue });
}
