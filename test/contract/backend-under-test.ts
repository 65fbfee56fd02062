/** A backend that the contract suite runs on by `npm run test:contract`, with the real parts that it needs. */
import type { Backend } from "../../src/backends/backend.js";
import type { Store } from "../../src/stores/store.js";

export interface OpenedBackend {
  backend: Backend;
  /** That its workers can open. */
  store: Store;
  close(): Promise<void>;
}

export interface BackendUnderTest {
  /** As in `--backend=NAME`. */
  name: string;
  /** Which parts are the real ones, and which are stand-ins. */
  real: string;
  /** What it needs and is not here, with the cure; default: nothing. */
  missing?(): Promise<string | undefined>;
  /** Starts what it runs on. */
  open(): Promise<OpenedBackend>;
}
