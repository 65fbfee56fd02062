import { LocalBackend } from "../../../src/backends/local/backend.js";
import { FileStore } from "../../../src/stores/file/store.js";
import { newFolder } from "../../support/folders.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const LOCAL: BackendUnderTest = {
  name: "local",
  real: "all",
  open: async () => ({
    backend: () => new LocalBackend({ workers: 2 }),
    store: () => new FileStore(newFolder()),
    close: async () => {},
  }),
};
