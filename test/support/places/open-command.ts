import { CommandBackend } from "../../../src/backends/command/backend.js";
import { FileStore } from "../../../src/stores/file/store.js";
import type { BackendUnderTest } from "../../contract/backend-under-test.js";
import { keptFolder } from "../kept-folder.js";

type Opened = Awaited<ReturnType<BackendUnderTest["open"]>>;

/** The backend with a store in a folder of its own, both gone with `close()`; then `close` ends what it ran on. */
export function opened(backend: CommandBackend, close: () => unknown): Opened {
  const folder = keptFolder();
  const closeAll = async () => {
    await backend.close();
    await close();
    folder.remove();
  };
  return { backend, store: new FileStore(folder.path), close: closeAll };
}

/** Workers of this machine that are started by a command. */
export async function openCommand(): Promise<Exclude<Opened, { missing: string }>> {
  const cache = keptFolder();
  const backend = new CommandBackend({ command: ["env", `XDG_CACHE_HOME=${cache.path}`], workers: 2 });
  return opened(backend, () => cache.remove()) as Exclude<Opened, { missing: string }>;
}
