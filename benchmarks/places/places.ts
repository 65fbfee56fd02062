/** Where the benchmark of places runs: two workers each. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStore, HttpBackend, LocalBackend } from "../../dist/src/index.js";
import type { BackendUnderTest } from "../../test/contract/backend-under-test.js";
import { onCluster } from "../../test/contract/backends/slurm.js";
import { onHosts } from "../../test/contract/backends/ssh.js";
import { startHttpServer, TOKEN } from "../../test/support/http-server.js";
import { buildImage, noPodman, startContainer } from "../../test/support/podman.js";

export type Place = Pick<BackendUnderTest, "name" | "missing" | "open">;

/** A folder of this machine as the store of all, so that places are compared and not stores. */
export function newStore(): { store: FileStore; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-places-"));
  return { store: new FileStore(folder), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

interface Started {
  url: string;
  close(): Promise<void>;
}

function overServers(servers: readonly Started[], end: () => Promise<unknown> = async () => {}) {
  const { store, remove } = newStore();
  const backend = new HttpBackend({ url: servers.map(({ url }) => url), token: TOKEN, reach: "machine" });
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
    await end();
    remove();
  };
  return { backend, store, close };
}

export const PLACES: readonly Place[] = [
  {
    name: "local, 2 processes",
    open: async () => {
      const { store, remove } = newStore();
      return { backend: new LocalBackend({ workers: 2 }), store, close: async () => remove() };
    },
  },
  {
    name: "http, 2 servers",
    open: async () => overServers(await Promise.all([1, 2].map(() => startHttpServer({ workers: 1 })))),
  },
  {
    name: "http, 2 containers",
    missing: noPodman,
    open: async () => {
      const image = await buildImage();
      return overServers(await Promise.all([1, 2].map(() => startContainer(image, 1))), image.remove);
    },
  },
  { ...onHosts, name: "ssh, 2 hosts" },
  { ...onCluster, name: "Slurm, an array of 2 tasks" },
];
