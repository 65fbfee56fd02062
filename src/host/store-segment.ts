/** Puts a segment of a stream into the store, so that another host can go on with it, and takes it out again. */

import type { EncodedInputs } from "../wire/inputs.js";
import { encodeSegment, encodeStreamEnd } from "../wire/job-record.js";
import { inputsKey, segmentKey, streamEndKey } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import type { JobRun } from "./job-run.js";
import type { SegmentInputs } from "./segment-inputs.js";

/** Inputs that the host holds for its requests, bytes: 1,000 shards of 64 KiB. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** The same for workers on this machine: of larger jobs, what a read from the store takes is nothing. */
const MAX_HELD_BYTES_HERE = 1024 * 1024;

/** Undefined where inputs do not ride in requests, or are too large to be held until the last one is made. */
export function heldInputs({ backend, store }: JobRun, { pieces, starts }: EncodedInputs): Uint8Array | undefined {
  const bytes = starts.at(-1) ?? 0;
  const { inlineBytes = 0 } = backend.limits;
  // On this machine, workers read them from a store as fast; but where nobody else reads them, they need not be written.
  const mostHere = store.descriptor.temporary === true ? MAX_HELD_BYTES_HERE : 0;
  const most = backend.reach === "machine" ? mostHere : MAX_HELD_BYTES;
  return inlineBytes > 0 && bytes <= most ? Buffer.concat(pieces) : undefined;
}

/** Whether all inputs ride in requests, so that nobody reads them from the store. */
export function allRide({ backend }: JobRun, { held }: Pick<SegmentInputs, "held">, shards: readonly Shard[]): boolean {
  const { inlineBytes = 0 } = backend.limits;
  return held !== undefined && shards.every(({ byteStart, byteEnd }) => byteEnd - byteStart <= inlineBytes);
}

/** The inputs come first: whoever sees the segment may run it. Rejects with `StoreError`. */
export async function storeSegment(
  run: JobRun,
  segment: SegmentInputs,
  pieces: readonly Uint8Array[],
  shards: readonly Shard[],
): Promise<void> {
  const { store, jobId } = run;
  const { number, bytes } = segment;
  // Nobody but its own executor knows of a temporary store.
  const isOwn = store.descriptor.temporary === true;
  if (!isOwn || !allRide(run, segment, shards)) await store.putIfAbsent(inputsKey(jobId, number), pieces);
  if (!isOwn) await store.putIfAbsent(segmentKey(jobId, number), encodeSegment({ inputsBytes: bytes, shards }));
}

/** So many of the segment's calls have settled: once all have, a temporary store holds its inputs for nobody. */
export function noteSettled({ store, jobId }: JobRun, segment: SegmentInputs, calls: number): void {
  segment.open -= calls;
  if (segment.open > 0 || calls === 0 || store.descriptor.temporary !== true) return;
  // One that stays goes with the store; of one that was never stored, there is nothing to remove.
  store.delete(inputsKey(jobId, segment.number)).catch(() => {});
}

/** @param failure why the stream was not read to its end; undefined when it was */
export async function storeStreamEnd({ store, jobId }: JobRun, segments: number, failure?: string): Promise<void> {
  if (store.descriptor.temporary === true) return;
  await store.putIfAbsent(streamEndKey(jobId), encodeStreamEnd({ segments, failure: failure ?? null }));
}
