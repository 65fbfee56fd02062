/** What several commands have in common. */
import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import type { ResolvedConfig } from "../config/config.js";
import { loadConfig } from "../config/load.js";
import type { Step } from "../deploy/step.js";
import { OptionError, StoreError } from "../errors.js";
import { makeStore } from "../host/backend-and-store.js";
import type { Store } from "../stores/store.js";
import { columns } from "./text.js";

export interface CommonOptions {
  config?: string;
  json: boolean;
}

/** A command that reads the configuration and can answer with data. */
export function configuredCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option("--config <file>", "configuration file; else NODEWREN_CONFIG, else searched"))
    .option("--json", "print data instead of text", false);
}

export function configOf({ config }: Pick<CommonOptions, "config">): ResolvedConfig {
  return loadConfig({ file: config });
}

/** Throws `OptionError` when none is configured: a temporary store is gone with its executor. */
export function configuredStore(config: ResolvedConfig): Store {
  const store = makeStore(config);
  if (store) return store;
  throw new OptionError(
    "store",
    "No store is configured, so jobs are in temporary folders that are removed with their scripts. Set store in the configuration file, or NODEWREN_STORE.",
  );
}

/** Runs the action with the configured store, which is closed after it. */
export async function withStore<T>(config: ResolvedConfig, action: (store: Store) => Promise<T>): Promise<T> {
  const store = configuredStore(config);
  try {
    return await action(store);
  } finally {
    await store.close?.();
  }
}

/** As `withStore`, with one that is there. Rejects with `StoreError` for a folder that is not, which would look like one without jobs. */
export async function withJobs<T>(config: ResolvedConfig, action: (store: Store) => Promise<T>): Promise<T> {
  const { store: place } = config;
  if (place?.kind === "file" && !existsSync(place.folder))
    throw new StoreError(
      `There is no store at ${place.folder}. No job has used it yet, or the setting store (from ${config.sources.store?.name || "the default"}) is another one's.`,
    );
  return withStore(config, action);
}

/** On stderr: what stands on stdout may be data. */
export function printWait(what: string): void {
  console.error(columns([["waiting".padEnd(LONGEST_ACTION), what]]));
}

const LONGEST_ACTION = "unchanged".length;

/** Shows each step when it is done; a long one should not look like a hang. */
export function printStep({ action, resource, detail }: Step): void {
  console.log(columns([[action.padEnd(LONGEST_ACTION), resource, detail && `(${detail})`]]));
}
