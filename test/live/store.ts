/** Places of tests below the user's store, where its policies hold as well. */
import pLimit from "p-limit";
import type { ResolvedConfig } from "../../src/config/config.js";
import { s3StoreOf } from "../../src/deploy/names.js";
import { makeStore } from "../../src/host/backend-and-store.js";
import type { Store } from "../../src/stores/store.js";

export interface LivePlace {
  /** As a setting says it. */
  location: string;
  config: ResolvedConfig;
}

const DELETES_AT_ONCE = 32;

/** The id that `main.ts` gives the run, and whoever does not come by way of it has none. */
export function runId(): string {
  const id = process.env.NODEWREN_LIVE_RUN;
  if (!id) throw new Error("Tests on AWS are started by: NODEWREN_LIVE=1 npm run test:live");
  return id;
}

export function placeOfRun(config: ResolvedConfig): LivePlace {
  return placeBelow(config, `live-${runId()}`);
}

export function placeBelow(config: ResolvedConfig, name: string): LivePlace {
  const { bucket, prefix } = s3StoreOf(config);
  const store = { kind: "s3" as const, bucket, prefix: `${prefix}${name}/` };
  return { location: `s3://${bucket}/${prefix}${name}`, config: { ...config, store } };
}

/** Deletes everything in the place: tests store keys of their own, too. */
export async function emptied(config: ResolvedConfig): Promise<void> {
  const limit = pLimit(DELETES_AT_ONCE);
  await withStore(config, async (store) => {
    await Promise.all((await keysOf(store)).map((key) => limit(() => store.delete(key))));
  });
}

export function keysIn(config: ResolvedConfig): Promise<string[]> {
  return withStore(config, keysOf);
}

async function keysOf(store: Store): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list("")) keys.push(key);
  return keys;
}

async function withStore<T>(config: ResolvedConfig, action: (store: Store) => Promise<T>): Promise<T> {
  const store = makeStore(config) as Store;
  try {
    return await action(store);
  } finally {
    await store.close?.();
  }
}
