import { type KeptResult, sizeOfKept } from "./batch.js";

/** A batch is written once its results take as much, bytes: what a host holds of them, and a store takes without parts. */
export const BATCH_BYTES = 8 * 1024 * 1024;

/** As many together as make a batch. */
export function* partsOf(results: readonly KeptResult[]): Generator<KeptResult[]> {
  let part: KeptResult[] = [];
  let bytes = 0;
  for (const result of results) {
    part.push(result);
    bytes += sizeOfKept(result);
    if (bytes < BATCH_BYTES) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}
