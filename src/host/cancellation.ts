/** The marker by which a host tells workers and other hosts that a job was cancelled. */
import { CancelledError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { cancelledKey } from "../wire/keys.js";

interface StoredJob {
  jobId: string;
  store: Store;
}

export async function markCancelled({ jobId, store }: StoredJob, why: string): Promise<void> {
  await store.putIfAbsent(cancelledKey(jobId), Buffer.from(JSON.stringify({ why })));
}

/** Undefined when the job was not cancelled. */
export async function cancellationOf({ jobId, store }: StoredJob): Promise<CancelledError | undefined> {
  const marker = await store.get(cancelledKey(jobId));
  return marker && new CancelledError(jobId, whyOf(marker));
}

function whyOf(marker: Uint8Array): string {
  try {
    return String((JSON.parse(Buffer.from(marker).toString()) as { why?: unknown }).why);
  } catch {
    return "its marker is in the store";
  }
}
