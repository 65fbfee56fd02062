/** Where folders of this machine lie on the hosts. */
import { isAbsolute, relative, resolve } from "node:path";
import { join } from "node:path/posix";
import type { StoreDescriptor } from "../../stores/store.js";
import type { ShardRequest } from "../../wire/messages.js";

export class Folders {
  readonly #folders: readonly (readonly [here: string, there: string])[];

  constructor(folders: Readonly<Record<string, string>>) {
    this.#folders = Object.entries(folders).map(([here, there]) => [resolve(here), there]);
  }

  /** The store as workers there open it. */
  onHost(store: StoreDescriptor): StoreDescriptor {
    if (store.kind !== "file") return store;
    return { ...store, folder: this.pathOnHost(String(store.folder)) };
  }

  inRequest(request: ShardRequest): ShardRequest {
    const { store, delivery } = request;
    const own = { ...request, store: this.onHost(store) };
    return delivery ? { ...own, delivery: { ...delivery, store: this.onHost(delivery.store) } } : own;
  }

  pathOnHost(path: string): string {
    for (const [here, there] of this.#folders) {
      const below = relative(here, path);
      if (!below.startsWith("..") && !isAbsolute(below)) return join(there, below.replaceAll("\\", "/"));
    }
    return path;
  }
}
