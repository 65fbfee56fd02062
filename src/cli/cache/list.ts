import type { Command } from "commander";
import { type KeptFunction, listCache, nameOfKept } from "../../cache/list-cache.js";
import { ageText, bytesText, columns, json } from "../text.js";
import { type CacheCommandOptions, cacheSubcommand, withCache } from "./shared.js";

interface Listed extends KeptFunction {
  functionName: string | undefined;
}

export function cacheListCommand(): Command {
  return cacheSubcommand("list", "Lists functions with kept results, those that kept one last at the end.").action(
    async (options: CacheCommandOptions) => {
      const kept = await withCache(options, async (store) => {
        const functions = await listCache(store);
        return Promise.all(
          functions.map(async (one): Promise<Listed> => ({ ...one, functionName: await nameOfKept(store, one) })),
        );
      });
      if (options.json) console.log(json(kept.map(dataOf)));
      else console.log(kept.length === 0 ? "No results are kept." : columns([HEADINGS, ...kept.map(rowOf)]));
    },
  );
}

const HEADINGS = ["FUNCTION", "RESULTS", "SIZE", "OLDEST", "NEWEST", "RECIPE"];

/** As much of a digest as tells it from others. */
const SHOWN_DIGITS = 12;

function dataOf({ functionName, recipe, results, bytes, oldestAt, newestAt, batches }: Listed) {
  return {
    functionName,
    recipe,
    results,
    bytes,
    objects: batches.length,
    oldestAt: new Date(oldestAt).toISOString(),
    newestAt: new Date(newestAt).toISOString(),
  };
}

function rowOf({ functionName, recipe, results, bytes, oldestAt, newestAt }: Listed): string[] {
  const age = (at: number) => ageText(Date.now() - at);
  const name = functionName === undefined ? "(unreadable)" : functionName || "(anonymous)";
  return [name, String(results), bytesText(bytes), age(oldestAt), age(newestAt), recipe.slice(0, SHOWN_DIGITS)];
}
