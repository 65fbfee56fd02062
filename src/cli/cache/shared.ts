/** Where kept results are looked for: as executors without an option about it keep them. */
import type { Command } from "commander";
import { loadConfig } from "../../config/load.js";
import { makeStore } from "../../host/backend-and-store.js";
import { defaultCacheStore } from "../../host/open-cache.js";
import type { Store } from "../../stores/store.js";
import { type CommonOptions, configuredCommand } from "../shared.js";

export interface CacheCommandOptions extends CommonOptions {
  store?: string;
}

export function cacheSubcommand(name: string, description: string): Command {
  return configuredCommand(name, description).option(
    "--store <place>",
    "a bucket such as s3://bucket/prefix, or a folder; else the configured store, else the folder of this user's cache",
  );
}

/** Runs the action with that store, which is closed after it. */
export async function withCache<T>(
  { config, store: place }: CacheCommandOptions,
  action: (store: Store) => Promise<T>,
): Promise<T> {
  const store = makeStore(loadConfig({ file: config, code: place ? { store: place } : {} })) ?? defaultCacheStore();
  try {
    return await action(store);
  } finally {
    await store.close?.();
  }
}
