import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "../../src/stores/store.js";
import { encodeNote } from "../../src/wire/invocation.js";
import { noteKey } from "../../src/wire/keys.js";
import type { ShardRequest, WorkerNote } from "../../src/wire/messages.js";
import { NOTE_MS, type NotePlace } from "./watchdog-messages.js";

/** Undefined when the host hears the answer, or when the event is not even as much of a request as this needs. */
export function notePlaceOf(event: unknown): NotePlace | undefined {
  const { leavesNote, store, jobId, attemptId, shard } = (event ?? {}) as Partial<ShardRequest>;
  if (leavesNote !== true || !store || !shard) return undefined;
  const names = { jobId, attemptId, shardName: shard.name };
  return Object.values(names).every((name) => typeof name === "string")
    ? ({ store, ...names } as NotePlace)
    : undefined;
}

/** Never rejects, and takes no longer than `NOTE_MS`: without the note, the host learns of it at its own deadline. */
export async function leaveNote(place: NotePlace, note: WorkerNote, open: () => Promise<Store>): Promise<void> {
  const { jobId, shardName, attemptId } = place;
  const put = async () => (await open()).put(noteKey(jobId, shardName, attemptId), encodeNote(note));
  await Promise.race([put().catch(() => {}), sleep(NOTE_MS, undefined, { ref: false })]);
}
