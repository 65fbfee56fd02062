/** What a backend needs to go through the contract: one file for each in `backends/`. */
import type { Backend } from "../../src/backends/backend.js";
import type { Store } from "../../src/stores/store.js";

export interface OpenBackend {
  /** Makes a new one; whoever asks closes it. */
  backend(): Backend;
  /** Makes a new, empty store that its workers can open. */
  store(): Store;
  /** Ends what it runs on. */
  close(): Promise<void>;
}

export interface BackendUnderTest {
  name: string;
  /** Which of the parts that it runs on are the real ones, for the table that the run writes. */
  real: string;
  /** Starts what it runs on, which may take seconds; or says what of that cannot be had here. */
  open(): Promise<OpenBackend | { missing: string }>;
}
