import type { Command } from "commander";
import { listCache } from "../../cache/list-cache.js";
import type { Store } from "../../stores/store.js";
import { confirm } from "../ask.js";
import { bytesText, json } from "../text.js";
import { ageOf } from "../usage.js";
import { type CacheCommandOptions, cacheSubcommand, withCache } from "./shared.js";

interface CleanOptions extends CacheCommandOptions {
  olderThan: string;
  yes: boolean;
}

/** Jobs that run meanwhile run what they do not find. */
export function cacheCleanCommand(): Command {
  return cacheSubcommand("clean", "Removes kept results: their calls run again when they are asked for.")
    .option("--older-than <age>", "such as 7d, 12h, 30m, 0s", "0s")
    .option("--yes", "do not ask", false)
    .action((options: CleanOptions) => withCache(options, (store) => clean(store, options)));
}

async function clean(store: Store, options: CleanOptions): Promise<void> {
  const batches = await oldBatches(store, ageOf(options.olderThan));
  const results = batches.reduce((sum, one) => sum + one.results, 0);
  const bytes = batches.reduce((sum, one) => sum + one.bytes, 0);
  const question = `This removes ${results} kept results older than ${options.olderThan}.`;
  if (batches.length > 0 && !(await confirm(question, options.yes))) {
    console.error("Nothing was removed.");
    process.exitCode = 1;
    return;
  }
  for (const { key } of batches) await store.delete(key);
  if (options.json) console.log(json({ results, objects: batches.length, bytes }));
  else console.log(`Removed ${results} kept results: ${batches.length} objects, ${bytesText(bytes)}.`);
}

async function oldBatches(store: Store, ageMs: number) {
  const limit = Date.now() - ageMs;
  const functions = await listCache(store);
  return functions.flatMap(({ batches }) => batches).filter(({ keptAt }) => keptAt <= limit);
}
