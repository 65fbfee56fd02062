/** The inputs of a segment, as its shards need them: where each lies in the segment's inputs object, and the object while it may ride. */
import { StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { type EncodedInputs, startsOf } from "../wire/inputs.js";
import { inputsKey } from "../wire/keys.js";

export interface SegmentInputs {
  /** From 0. */
  readonly number: number;
  /** Index of its first call. */
  readonly first: number;
  readonly calls: number;
  /** Size of its inputs object. */
  readonly bytes: number;
  /** Byte at which each input starts in the inputs object, and last its size; undefined until `placesOf` has read it. */
  starts: Float64Array | undefined;
  /** The inputs object, while its parts may ride in requests; undefined where they do not. */
  readonly held: Uint8Array | undefined;
  /** Calls that have not settled. */
  open: number;
}

/** Where the inputs of a run of calls lie. */
export interface Places {
  /** Index of the first call. */
  first: number;
  starts: Float64Array;
}

export function segmentOf(
  { count, starts }: EncodedInputs,
  { number, first }: Pick<SegmentInputs, "number" | "first">,
  held: Uint8Array | undefined,
): SegmentInputs {
  return { number, first, calls: count, bytes: starts.at(-1) ?? 0, starts, held, open: count };
}

/**
 * A host that did not store them itself reads them where a shard is cut into pieces. Rejects with `StoreError` when they are
 * missing or damaged.
 */
export async function placesOf(
  { store, jobId }: { store: Store; jobId: string },
  segment: SegmentInputs,
): Promise<Places> {
  const { first, number, calls } = segment;
  segment.starts ??= await readStarts(store, jobId, { number, calls });
  return { first, starts: segment.starts };
}

async function readStarts(
  store: Store,
  jobId: string,
  { number, calls }: Pick<SegmentInputs, "number" | "calls">,
): Promise<Float64Array> {
  const key = inputsKey(jobId, number);
  const object = await store.get(key);
  if (object) return startsOf(object, calls);
  throw new StoreError(`The store has no ${key}: what is left of job ${jobId} cannot be run. Run the job again.`, {
    key,
  });
}
