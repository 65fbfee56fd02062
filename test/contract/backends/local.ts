import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalBackend } from "../../../src/backends/local/backend.js";
import { FileStore } from "../../../src/stores/file/store.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const local: BackendUnderTest = {
  name: "local",
  real: "all: processes of this machine",
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), "nodewren-contract-"));
    const backend = new LocalBackend({ workers: 2 });
    const close = async () => {
      await backend.close();
      rmSync(folder, { recursive: true, force: true });
    };
    return { backend, store: new FileStore(folder), close };
  },
};
