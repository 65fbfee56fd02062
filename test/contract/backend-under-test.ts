/** A backend that the contract suite runs on by `npm run test:contract`, with the real parts that it needs. */
import type { Backend } from "../../src/backends/backend.js";
import type { Store } from "../../src/stores/store.js";

export interface BackendUnderTest {
  /** As in `--backend=NAME`. */
  name: string;
  /** Which parts are the real ones, and which are stand-ins. */
  real: string;
  /** Starts what it runs on; tells instead what is missing here. */
  open(): Promise<{ backend: Backend; store: Store; close(): Promise<void> } | { missing: string }>;
}
