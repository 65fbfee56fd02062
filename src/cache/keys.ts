/** Where kept results lie in a store, and what the names of batches tell without being read. */
import { randomBytes } from "node:crypto";

export const CACHE_PREFIX = "cache/";

/** Digits of a time in a name, ms: enough until the year 2286, so that names sort as times do. */
const TIME_DIGITS = 13;

const BATCH_KEY = /^cache\/([0-9a-f]{64})\/(\d{13})-(\d+)-[0-9a-f]{8}$/;

/** What the key of a batch says. */
export interface BatchName {
  recipe: string;
  /** Unix time at which the newest of its results was kept, ms. */
  keptAt: number;
  results: number;
}

export function recipePrefix(recipe: string): string {
  return `${CACHE_PREFIX}${recipe}/`;
}

/** A new key each time: two hosts that keep results of one function write no object both. */
export function newBatchKey({ recipe, keptAt, results }: BatchName): string {
  const time = String(Math.floor(keptAt)).padStart(TIME_DIGITS, "0");
  return `${recipePrefix(recipe)}${time}-${results}-${randomBytes(4).toString("hex")}`;
}

/** Undefined for any other key. */
export function readBatchKey(key: string): BatchName | undefined {
  const [, recipe, time, results] = BATCH_KEY.exec(key) ?? [];
  return recipe === undefined ? undefined : { recipe, keptAt: Number(time), results: Number(results) };
}
