/** Opens what a job keeps its results in, where the option `cache` says so. */
import { lstatSync } from "node:fs";
import { defaultCacheFolder } from "../cache/default-folder.js";
import { loadConfig } from "../config/load.js";
import { OptionError } from "../errors.js";
import type { CallOutcomes } from "../job/outcomes.js";
import { type CacheOption, cacheOptionsOf, DEFAULT_CACHE_BYTES } from "../options/cache.js";
import { FileStore } from "../stores/file/store.js";
import type { Store } from "../stores/store.js";
import { makeStore } from "./backend-and-store.js";
import { CachedCalls } from "./cached-calls.js";
import { warnOnce } from "./capture-function.js";
import { type RecipeParts, recipeOf } from "./recipe.js";
import type { Binding } from "./started-job.js";

/** Undefined where nothing is to be kept. Throws `OptionError` for a store that is none, or not to be trusted. */
export function openCache(
  { store, caches }: Pick<Binding, "store" | "caches">,
  option: CacheOption | undefined,
  parts: RecipeParts,
  outcomes: CallOutcomes<unknown>,
): CachedCalls | undefined {
  const options = cacheOptionsOf(option);
  if (!options) return undefined;
  const { maxAgeMs = Infinity, maxBytes = DEFAULT_CACHE_BYTES } = options;
  const { alone } = parts.job;
  warnOfReads(parts.job);
  const cache = cacheStore(options.store, store);
  const recipe = recipeOf(parts);
  const byIndex = alone.reads.index.includes(parts.fold ? AFTER_TWO : AFTER_ONE);
  const record = { recipe, maxBytes: maxBytes === Infinity ? null : maxBytes, byIndex };
  return new CachedCalls(caches.of(cache, recipe, alone.name), outcomes, {
    keptAfter: Date.now() - maxAgeMs,
    maxBytes,
    byIndex,
    record: cache === store ? record : undefined,
  });
}

/** Parameters before the context: the input, or the two values that are folded. */
const AFTER_ONE = 1;
const AFTER_TWO = 2;

function cacheStore(given: Store | string | undefined, ofJob: Store): Store {
  if (typeof given === "object") return given;
  if (given !== undefined) return makeStore(loadConfig({ code: { store: given } })) as Store;
  return ofJob.descriptor.temporary === true ? defaultCacheStore() : ofJob;
}

/** That of executors without a store that stays. Throws `OptionError` where others may write to it. */
export function defaultCacheStore(): FileStore {
  const folder = defaultCacheFolder();
  const status = lstatSync(folder, { throwIfNoEntry: false });
  if (status && (status.mode & WRITABLE_BY_OTHERS) !== 0)
    throw new OptionError(
      "cache",
      `Results are kept in ${folder}, but other users may write there, and so decide what calls give. Run chmod 700 ${folder}, or give the option cache a store.`,
    );
  return new FileStore(folder);
}

/** By its group, or by all. */
const WRITABLE_BY_OTHERS = 0o022;

/** Results that were kept tell what was read then. */
function warnOfReads({ alone, setups }: RecipeParts["job"]): void {
  const reads = [alone, ...setups].flatMap(({ reads: { clock, random }, environment }) => [
    ...clock.map((name) => `the clock (${name})`),
    ...random.map((name) => `random numbers (${name})`),
    ...Array.from(environment.keys(), (name) => `the environment (${name}, whose value is compared as an input is)`),
  ]);
  if (reads.length === 0) return;
  const texts = new Intl.ListFormat("en").format(new Set(reads));
  warnOnce(
    `${alone.name || "The function"} reads ${texts}. With the option cache, a call that ran once gives what it gave then.`,
  );
}
