/** Serves shards until this process is told to end. */
import type { StoreLocation } from "../config/store-location.js";
import { SECOND_MS } from "../util/time.js";
import { isAllowed } from "./allowed-store.js";
import { type Dialect, HttpServer } from "./http-server.js";
import { ShardServer } from "./shard-server.js";

export interface ServeSetting {
  token: string;
  port: number;
  host: string;
  workers: number;
  /** Of which alone shards are run; undefined: of any. */
  store?: StoreLocation | undefined;
  /** Path of the worker's entry; default: this package's own. */
  entry?: string | undefined;
  dialect?: Dialect;
}

/** Platforms kill a container ten seconds after they told it to end, ms. */
const DRAIN_MS = 9 * SECOND_MS;

/** Resolves once it listens. Rejects with the system's error when it cannot. */
export async function serve({ port, host, store, dialect, ...setting }: ServeSetting): Promise<HttpServer> {
  const allowsStore = store && ((given: { kind: string }) => isAllowed(given, store));
  const server = await HttpServer.start(new ShardServer({ ...setting, allowsStore }), {
    port,
    host,
    ...(dialect && { dialect }),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void endInTime(server));
  return server;
}

/** A shard whose time does not suffice is run elsewhere by its host, which loses the connection. */
async function endInTime(server: HttpServer): Promise<void> {
  setTimeout(() => void server.close(), DRAIN_MS).unref();
  await server.drain();
}
