/** The backend and the store of an executor: as given, or made as options, variables and the configuration file say. */
import type { Backend } from "../backends/backend.js";
import { HttpBackend } from "../backends/http/backend.js";
import type { PresetName } from "../backends/http/presets.js";
import { LambdaBackend } from "../backends/lambda/backend.js";
import { LocalBackend } from "../backends/local/backend.js";
import { SeveralBackends } from "../backends/several/backend.js";
import type { BackendName, Config, ResolvedConfig } from "../config/config.js";
import { invokedNameOf } from "../config/invoked-name.js";
import { loadConfig } from "../config/load.js";
import { InvokeError, OptionError } from "../errors.js";
import type { ExecutorOptions } from "../options.js";
import type { Store } from "../stores/store.js";
import { isNotebook } from "../util/notebook.js";
import { MINUTE_MS } from "../util/time.js";
import { type CallPlace, callPlace, MAX_DEPTH } from "../wire/call-place.js";
import { makeCommandBackend } from "./command-backend.js";
import { type StoreServers, storeAt } from "./store-at.js";

/** Time for which Lambda may take nothing at all of a job that a call has started, ms: most calls are granted some minutes. */
const NESTED_THROTTLE_MS = 2 * MINUTE_MS;

/** As long as it takes to think about the next cell, ms. */
const NOTEBOOK_IDLE_MS = 10 * MINUTE_MS;

export interface Parts {
  backend: Backend;
  /** Undefined where a temporary one will do. */
  store: Store | undefined;
  /** Packages that the configured workers have by themselves. */
  packagesOnWorker: readonly string[];
  /** The call in which the executor is made; undefined outside of calls. */
  place: CallPlace | undefined;
}

/** Throws `OptionError` when a setting is wrong, or when the workers cannot reach the store. Reaches for nothing yet. */
export function makeParts(options: ExecutorOptions, place = callPlace()): Parts {
  if (place?.refusal) throw new InvokeError(place.refusal);
  const { backend, store, workers, idleTimeoutMs } = place ? withPlace(options, place) : options;
  for (const [name, value] of Object.entries({ workers, idleTimeoutMs }))
    if (value !== undefined && backend !== undefined && listOf(backend).every((one) => typeof one === "object"))
      throw new OptionError(name, `Option ${name} goes with the backend's name. Give it to the backend instead.`);
  const config = loadConfig({ code: namedIn({ backend, store, workers }) });
  const wanted = backend === undefined ? listOf(config.backend) : listOf(backend);
  const parts = {
    backend: backendOf(wanted, config, idleTimeoutMs ?? defaultIdleMs()),
    store: typeof store === "object" ? store : makeStore(config),
    place,
    packagesOnWorker: packagesThere(wanted, config),
  };
  checkReach(parts);
  return parts;
}

/** Undefined: idle workers end with the process. A kernel stays, and a cell that is run again leaves the workers of its former executor behind. */
function defaultIdleMs(): number | undefined {
  return isNotebook() ? NOTEBOOK_IDLE_MS : undefined;
}

function listOf<One extends object | string>(given: One | readonly One[]): readonly One[] {
  return Array.isArray(given) ? given : [given as One];
}

function backendOf(
  wanted: readonly (Backend | BackendName)[],
  config: ResolvedConfig,
  idleTimeoutMs: number | undefined,
): Backend {
  const backends = wanted.map((one) => (typeof one === "object" ? one : makeBackend(one, config, idleTimeoutMs)));
  return backends.length === 1 ? (backends[0] as Backend) : new SeveralBackends(backends);
}

/** Those of the function that the configuration names, unless workers without them may get a shard. With nested maps, workers have this package, too. */
function packagesThere(wanted: readonly (Backend | BackendName)[], { lambda }: ResolvedConfig): readonly string[] {
  const isElsewhere = (one: Backend | BackendName) =>
    typeof one === "object" ? one.reach !== "machine" : one !== "local";
  if (!wanted.includes("lambda") || wanted.filter(isElsewhere).length > 1) return [];
  return lambda.nestedMaps ? [...lambda.packagesOnWorker, "nodewren"] : lambda.packagesOnWorker;
}

/** Throws `InvokeError` where calls that start jobs whose calls start jobs have come too deep. */
export function checkDepth(place: CallPlace | undefined): void {
  if (!place || place.depth < MAX_DEPTH) return;
  throw new InvokeError(
    `Maps are nested ${MAX_DEPTH} deep here, and deeper ones are refused, so that they cannot go on for ever. Map over more inputs at a level above, or compute here without an executor.`,
  );
}

/** In a call, its job's own backend and store come before what the configuration says. */
function withPlace(
  { backend, store, workers, idleTimeoutMs, ...others }: ExecutorOptions,
  place: CallPlace,
): ExecutorOptions {
  const isTemporary = place.descriptor.temporary === true;
  const ofJob = store ?? (isTemporary ? undefined : place.store);
  const wanted = backend === undefined ? [] : listOf(backend);
  if (place.lambda && wanted.every((one) => one === "lambda"))
    return { ...others, backend: sameFunction(place, workers), store: ofJob };
  if (place.lambda && wanted.includes("local"))
    throw new OptionError(
      "backend",
      "Workers on Lambda start no processes. Leave the option backend out: then jobs run on the same function.",
    );
  if (wanted.some((one) => one !== "local")) return { ...others, backend, store: ofJob, workers, idleTimeoutMs };
  return { ...others, backend: new LocalBackend({ workers, idleTimeoutMs }), store: ofJob };
}

/** Fails while its call still has time to say so, when all workers that Lambda grants wait for others. */
function sameFunction({ lambda, workers }: CallPlace, wanted = workers): LambdaBackend {
  const concurrency = Math.min(wanted, workers);
  return new LambdaBackend({ ...lambda, concurrency, maxThrottleMs: NESTED_THROTTLE_MS });
}

function namedIn({ backend, store, workers }: Pick<ExecutorOptions, "backend" | "store" | "workers">): Config {
  const config: Config = {};
  const names = backend === undefined ? [] : listOf(backend).filter((one) => typeof one === "string");
  if (names.length > 0) config.backend = names;
  if (typeof store === "string") config.store = store;
  if (workers !== undefined) config.workers = workers;
  return config;
}

/** Throws `OptionError` when a setting is wrong or missing. */
export function makeBackend(name: BackendName, config: ResolvedConfig, idleTimeoutMs?: number): Backend {
  const { workers, lambda, http } = config;
  if (name === "local") return new LocalBackend({ workers, idleTimeoutMs });
  if (name === "command") return makeCommandBackend(config, idleTimeoutMs);
  if (name === "http") return new HttpBackend({ ...http, url: http.url ?? [], preset: http.preset as PresetName });
  const { region, endpoint, invocation, concurrency, pollMs } = lambda;
  return new LambdaBackend({ functionName: invokedNameOf(lambda), region, endpoint, invocation, concurrency, pollMs });
}

type StoreSettings = Pick<ResolvedConfig, "store"> & StoreServers;

/** Undefined when none is configured. */
export function makeStore({ store, ...servers }: StoreSettings): Store | undefined {
  return store && storeAt(store, servers);
}

/** Each place by itself: one store has to reach all of them. */
function checkReach({ backend, store }: Pick<Parts, "backend" | "store">): void {
  const { places } = backend;
  for (const { name, backend: one } of places?.all ?? [{ name: backend.name, backend }]) {
    if (one.reach === "machine" || store?.reach === "network") continue;
    if (one.sharesFolders && store && store.descriptor.temporary !== true) continue;
    const given = store ? "cannot reach a store on this machine" : "need a store that they can reach";
    const example = one.sharesFolders
      ? "a folder that all hosts share"
      : '"s3://bucket/prefix", "azure://account/container/prefix" or "gs://bucket/prefix"';
    const orWithout = places ? `, or leave ${name} out of the option backend` : ", or set NODEWREN_STORE";
    throw new OptionError(
      "store",
      `Workers of the backend ${name} ${given}. Give the executor one, such as store: ${example}${orWithout}.`,
    );
  }
}
