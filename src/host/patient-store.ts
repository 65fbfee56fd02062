/** The store as the host uses it for a job. */
import { PatientStore } from "../stores/patient.js";
import type { Store } from "../stores/store.js";
import { textOf } from "../util/describe-value.js";
import { SECOND_MS } from "../util/time.js";

/** A store that fails for longer is told of, ms. */
const TOLD_MS = 5 * SECOND_MS;

/** Waits out the store's failures, and says so once, so that nobody wonders why nothing goes on. */
export function patientStore(store: Store, patienceMs: number, signal: AbortSignal): Store {
  let hasTold = false;
  const onWait = (failingMs: number, error: unknown) => {
    if (hasTold || failingMs < TOLD_MS) return;
    hasTold = true;
    process.emitWarning(
      `The store fails, and is tried again for up to ${patienceMs / SECOND_MS} s (option storePatienceMs): ${textOf(error)}`,
      "NodewrenWarning",
    );
  };
  return new PatientStore(store, { patienceMs, signal, onWait });
}
