/** What the main thread of a Lambda worker and its watchdog tell each other. */
import type { Printed, Running, ShardRequest } from "../../src/wire/messages.js";

/** Where a note about an attempt goes. */
export type NotePlace = Pick<ShardRequest, "store" | "jobId" | "attemptId"> & { shardName: string };

/** Where it shows that a job was cancelled. */
export type WatchedJob = Pick<ShardRequest, "store" | "jobId">;

export interface WatchedShard {
  job: WatchedJob;
  memoryMb: number | undefined;
  /** Undefined: the answer and the log are heard, and no note is needed. */
  note: NotePlace | undefined;
}

export type ToWatchdog = { type: "shard"; shard: WatchedShard } | ({ type: "exit"; code: number } & Running) | Printed;

/** What the watchdog is started with. */
export interface WatchdogSetting {
  clock: Float64Array;
  /** Time of the main thread's last beat (`monotonicMs`): while it stands still, a call blocks that thread. */
  pulse: Float64Array;
  /** One of the states below, in memory that both threads share. */
  state: Int32Array;
}

/** States of the worker: going on; about to be killed by its watchdog; its note is left, as it asked for. */
export const GOING = 0;
export const ENDING = 1;
export const NOTED = 2;

/** Longest that the worker waits for its note to be written, ms. What ends it must not wait on a store that hangs. */
export const NOTE_MS = 3000;
