/** The option `cache`: whether results are kept, where, and for how long. */
import type { Store } from "../stores/store.js";
import { type Check, checkOptions, integerIn } from "./check.js";
import { isStore } from "./store.js";

export interface CacheOptions {
  /**
   * Where results are kept: a store, or the place of one, as for the executor's `store`. Default: the executor's store; if that
   * is temporary, the folder `nodewren` in `XDG_CACHE_HOME`, or else in `~/.cache`.
   */
  store?: Store | string | undefined;
  /** Age beyond which a kept result is not used, ms. Default: none. */
  maxAgeMs?: number | undefined;
  /** Most bytes that are kept in that place, for all functions together: beyond, the oldest results are removed. Default 4 GiB; `Infinity`: no limit. */
  maxBytes?: number | undefined;
}

/** `true`: with all defaults; a store, or the place of one: results are kept there; `false`: not at all. */
export type CacheOption = boolean | Store | string | CacheOptions;

export const DEFAULT_CACHE_BYTES = 4 * 1024 ** 3;

const CHECKS: Record<keyof CacheOptions, Check> = {
  store: isStore,
  maxAgeMs: integerIn(0, Infinity, " (ms)"),
  maxBytes: (value) => (value === Infinity ? undefined : integerIn(0, Infinity, " (bytes)")(value)),
};

export const isCache: Check = (value) => {
  const isOne =
    typeof value === "boolean" || typeof value === "string" || (typeof value === "object" && value !== null);
  return isOne && !Array.isArray(value) ? undefined : "true, false, a store, or { store, maxAgeMs, maxBytes }";
};

/** Throws `OptionError` for the first part that is unknown or out of range. */
export function checkCache(cache: CacheOption | undefined): void {
  if (typeof cache !== "object" || isStore(cache) === undefined) return;
  checkOptions("cache", cache, CHECKS, "cache.");
}

/** With what is said there; undefined where nothing is to be kept. */
export function cacheOptionsOf(cache: CacheOption = false): CacheOptions | undefined {
  if (typeof cache === "boolean") return cache ? {} : undefined;
  if (typeof cache === "string" || isStore(cache) === undefined) return { store: cache as Store | string };
  return cache as CacheOptions;
}
