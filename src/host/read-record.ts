/** Reads a job's record, and of a stream the segments that are stored beside it. */
import { StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import {
  decodeJobRecord,
  decodeSegment,
  decodeStreamEnd,
  type JobRecord,
  type Segment,
  type StreamEnd,
  shardsOf,
} from "../wire/job-record.js";
import { jobKey, segmentKey, segmentsPrefix, streamEndKey } from "../wire/keys.js";
import type { SegmentInputs } from "./segment-inputs.js";

/** Segments that are read at once: most of a read's time is waiting. */
const READS_AT_ONCE = 16;

/** With all segments that are stored so far. Rejects with `StoreError` when the store has no job of that id. */
export async function readRecord(store: Store, jobId: string): Promise<JobRecord> {
  const key = jobKey(jobId);
  const bytes = await store.get(key);
  if (!bytes)
    throw new StoreError(`The store holds no job ${jobId}. \`npx nodewren jobs list\` shows those it has.`, { key });
  const record = decodeJobRecord(bytes, key);
  if (record.isStream) await readNewSegments(store, record);
  return record;
}

/** Adds those that were stored since the last look to the record of a stream. Returns them. */
export async function readNewSegments(store: Store, record: JobRecord): Promise<Segment[]> {
  const { jobId, segments } = record;
  const known = segments.length;
  const startAfter = known > 0 ? { startAfter: segmentKey(jobId, known - 1) } : {};
  const keys: string[] = [];
  for await (const { key } of store.list(segmentsPrefix(jobId), startAfter)) keys.push(key);
  for (let at = 0; at < keys.length; at += READS_AT_ONCE) {
    const batch = keys.slice(at, at + READS_AT_ONCE);
    const objects = await Promise.all(batch.map((key) => store.get(key)));
    batch.forEach((key, i) => {
      addSegment(record, objects[i], key);
    });
  }
  return segments.slice(known);
}

function addSegment(record: JobRecord, bytes: Uint8Array | undefined, key: string): void {
  if (!bytes || key !== segmentKey(record.jobId, record.segments.length))
    throw new StoreError(`The stream of job ${record.jobId} has no segment before ${key}. Was the store cleaned?`, {
      key,
    });
  const segment = decodeSegment(bytes, key);
  record.segments.push(segment);
  record.calls += shardsOf({ segments: [segment] }).reduce((sum, { count }) => sum + count, 0);
}

/** Undefined while inputs still come, or when their host died. */
export async function readStreamEnd(store: Store, jobId: string): Promise<StreamEnd | undefined> {
  const key = streamEndKey(jobId);
  const bytes = await store.get(key);
  return bytes && decodeStreamEnd(bytes, key);
}

/** What is known of its inputs; where each lies is read when a shard is cut. */
export function inputsOfSegment({ inputsBytes, shards }: Segment, number: number): SegmentInputs {
  const calls = shards.reduce((sum, { count }) => sum + count, 0);
  const first = shards[0]?.first ?? 0;
  return { number, first, calls, bytes: inputsBytes, starts: undefined, held: undefined, open: calls };
}
