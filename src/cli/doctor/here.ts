/** Checks of this machine, of the store, and of a worker. */
import { randomUUID } from "node:crypto";
import type { BackendName, ResolvedConfig } from "../../config/config.js";
import { loadConfig } from "../../config/load.js";
import { SETTINGS } from "../../config/settings.js";
import { removeObjects } from "../../deploy/objects.js";
import { OptionError, StoreError } from "../../errors.js";
import { Executor } from "../../executor.js";
import { makeBackend } from "../../host/backend-and-store.js";
import type { Store } from "../../stores/store.js";
import { MINUTE_MS } from "../../util/time.js";
import { withStore } from "../shared.js";
import type { Check } from "./run-checks.js";

/** As in the package's "engines". */
const OLDEST_NODE = { major: 20, minor: 19 };

/** Variables that are no settings. */
const OTHER_VARIABLES = [
  "NODEWREN_CONFIG",
  "NODEWREN_WIRE",
  "NODEWREN_VERSION",
  "NODEWREN_FULL_STACKS",
  "NODEWREN_HTTP_TOKEN",
];

/** Time for a cold start of a worker anywhere, ms, with room to spare. */
const ROUND_TRIP_LIMIT_MS = MINUTE_MS;

export function nodeCheck(): Check {
  return {
    name: "node",
    run: async () => {
      const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
      const isOld = major < OLDEST_NODE.major || (major === OLDEST_NODE.major && minor < OLDEST_NODE.minor);
      if (!isOld) return process.version;
      throw new OptionError("node", `Node ${process.version} is too old. Install Node 20.19 or later.`);
    },
  };
}

export function configCheck(file: string | undefined, onLoaded: (config: ResolvedConfig) => void): Check {
  return {
    name: "configuration",
    run: async () => {
      const config = loadConfig({ file });
      onLoaded(config);
      const known = [...SETTINGS.map(({ variable }) => variable), ...OTHER_VARIABLES];
      const unknown = Object.keys(process.env).filter(
        // An empty variable counts as not set.
        (name) => name.startsWith("NODEWREN_") && process.env[name] && !known.includes(name),
      );
      if (unknown.length === 0) return config.file ?? "no file; defaults and variables";
      throw new OptionError(
        unknown[0] as string,
        `No setting is called ${unknown.join(" or ")}. Correct the name: \`nodewren\` ignores the variable as it is.`,
      );
    },
  };
}

/** With one of the backends that are configured. */
export type OneBackend = Omit<ResolvedConfig, "backend"> & { backend: BackendName };

/** Writes, reads, lists and removes an object among the jobs, where every policy allows it. */
export function storeCheck(config: OneBackend): Check {
  const none = config.backend === "local" ? "a temporary folder for each executor" : undefined;
  return {
    name: "store",
    skip: config.store ? undefined : none,
    needs: config.backend === "lambda" ? ["credentials"] : [],
    run: () => withStore(config, tryStore),
  };
}

async function tryStore(store: Store): Promise<string> {
  const folder = `jobs/${randomUUID()}/`;
  let found: string;
  try {
    found = await tryKey(store, folder, `${folder}doctor`);
  } catch (error) {
    // What is wrong already is what is told.
    await store.delete(`${folder}doctor`).catch(() => {});
    throw error;
  }
  await store.delete(`${folder}doctor`);
  return found;
}

async function tryKey(store: Store, folder: string, key: string): Promise<string> {
  const body = Buffer.from("written by nodewren doctor");
  if (!(await store.putIfAbsent(key, body))) throw new StoreError(`The new key ${key} exists already.`, { key });
  const found = await store.get(key);
  if (!found || !body.equals(found)) throw new StoreError(`${key} does not read as it was written.`, { key });
  if (await store.putIfAbsent(key, Buffer.from("second")))
    throw new StoreError("The store creates an object twice: it does not keep conditional writes (If-None-Match).");
  for await (const entry of store.list(folder)) if (entry.key === key) return "can be written, read and listed";
  throw new StoreError(`${key} is not listed.`, { key });
}

/** Checks without which a worker elsewhere need not be asked. */
const NEEDS_OF_WORKER: Partial<Record<BackendName, readonly string[]>> = {
  lambda: ["store", "release"],
  http: ["store", "servers"],
};

/** Whether servers of shards answer, without running anything. */
export function serversCheck(config: ResolvedConfig): Check {
  return {
    name: "servers",
    run: async () => {
      const backend = makeBackend("http", config);
      try {
        await backend.ready?.();
        return `up to ${backend.limits.concurrency} shards at once`;
      } finally {
        await backend.close();
      }
    },
  };
}

/** One call there and back, on the backend and store that are configured. */
export function workerCheck(config: OneBackend): Check {
  return {
    name: "worker",
    needs: NEEDS_OF_WORKER[config.backend] ?? (config.store ? ["store"] : []),
    run: async () => {
      const started = performance.now();
      // An executor looks for the file itself.
      if (config.file) process.env["NODEWREN_CONFIG"] = config.file;
      const executor = new Executor({ backend: config.backend, progress: false });
      const job = executor.map((x: number) => x + 1, [41], { signal: AbortSignal.timeout(ROUND_TRIP_LIMIT_MS) });
      try {
        const [answer] = await job;
        if (answer === 42) return `a call took ${Math.round(performance.now() - started)} ms`;
        throw new StoreError(`A worker answered ${answer} instead of 42.`);
      } finally {
        await executor.close();
        if (config.store) await withStore(config, (store) => removeObjects(store, [`jobs/${job.id}/`]));
      }
    },
  };
}
