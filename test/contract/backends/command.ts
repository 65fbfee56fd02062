/** The backend `command` with the simplest command there is: workers are on this machine, and know nothing of it. */
import { CommandBackend } from "../../../src/backends/command/backend.js";
import { FileStore } from "../../../src/stores/file/store.js";
import { keptFolder, newFolder } from "../../support/folders.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const COMMAND: BackendUnderTest = {
  name: "command",
  real: "env and Node, on this machine",
  open: async () => {
    const cache = keptFolder();
    const command = ["env", `XDG_CACHE_HOME=${cache.path}`];
    return {
      backend: () => new CommandBackend({ command, workers: 2 }),
      store: () => new FileStore(newFolder()),
      close: async () => cache.remove(),
    };
  },
};
