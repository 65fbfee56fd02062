/** Looks into the store for shards that nobody answers for: one list per tick, however many are awaited. */
import { WorkerDeath, type WorkerRefusal } from "../backends/backend.js";
import { deathOf } from "../backends/local-death.js";
import { refusalOf } from "../backends/refusal.js";
import { StoreError } from "../errors.js";
import { decodeNote } from "../wire/invocation.js";
import { beforeShardKey, noteKey, readNoteName, resultsPrefix } from "../wire/keys.js";
import type { Shard, ShardRequest, WorkerNote } from "../wire/messages.js";
import type { JobRun } from "./job-run.js";

/** Where a backend names no interval, ms. */
const DEFAULT_POLL_MS = 500;

/** Lists that may fail one after the other before the shards do: the store has tried each several times itself. */
const MAX_FAILED_LISTS = 5;

interface Awaited {
  request: ShardRequest;
  found(): void;
  fail(error: unknown): void;
}

type PollerRun = Pick<JobRun, "store" | "prefix" | "jobId" | "backend">;

export class Poller {
  readonly #run: PollerRun;
  /** By the shard's name: there is one attempt at a shard at a time. */
  readonly #awaited = new Map<string, Awaited>();
  #isPolling = false;
  #failedLists = 0;
  /** Lists so far, each of one page or more. */
  polls = 0;

  constructor(run: PollerRun) {
    this.#run = run;
  }

  /**
   * Resolves once the shard's result object is seen. Rejects as `Backend.invoke` does when its worker left a note, with
   * `StoreError` when the store cannot be listed, and with the signal's reason.
   */
  seen(request: ShardRequest, signal: AbortSignal): Promise<void> {
    const { name } = request.shard;
    const seen = new Promise<void>((resolve, reject) => {
      const onAbort = () => settle(() => reject(signal.reason));
      const settle = (how: () => void) => {
        signal.removeEventListener("abort", onAbort);
        // A late word of this attempt must not end the wait for the next one.
        if (this.#awaited.get(name) === awaited) this.#awaited.delete(name);
        how();
      };
      const awaited: Awaited = {
        request,
        found: () => settle(resolve),
        fail: (error) => settle(() => reject(error)),
      };
      this.#awaited.set(name, awaited);
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
    if (!this.#isPolling) void this.#poll();
    return seen;
  }

  async #poll(): Promise<void> {
    this.#isPolling = true;
    while (this.#awaited.size > 0) {
      await pause(this.#pauseMs());
      if (this.#awaited.size > 0) await this.#look();
    }
    this.#isPolling = false;
  }

  #pauseMs(): number {
    return (this.#run.backend.limits.pollMs ?? DEFAULT_POLL_MS) * 2 ** this.#failedLists;
  }

  async #look(): Promise<void> {
    this.polls++;
    try {
      const notes = await this.#list();
      this.#failedLists = 0;
      await Promise.all(notes.map((awaited) => this.#readNote(awaited)));
    } catch (error) {
      this.#failedLists++;
      if (this.#failedLists < MAX_FAILED_LISTS) return;
      this.#failedLists = 0;
      for (const awaited of [...this.#awaited.values()]) awaited.fail(asStoreError(error));
    }
  }

  /** Tells those whose result is there, and returns those of whose attempt there is a note only. */
  async #list(): Promise<Awaited[]> {
    const { store, prefix, jobId } = this.#run;
    const results = resultsPrefix(prefix, jobId);
    const noted = new Set<Awaited>();
    const startAfter = beforeShardKey(prefix, jobId, firstOf(this.#awaited.keys()));
    for await (const { key } of store.list(results, startAfter === undefined ? {} : { startAfter })) {
      const name = key.slice(results.length);
      const note = readNoteName(name);
      const awaited = this.#awaited.get(note?.shard ?? name);
      if (!note) awaited?.found();
      else if (awaited?.request.attemptId === note.attemptId) noted.add(awaited);
    }
    return [...noted];
  }

  async #readNote(awaited: Awaited): Promise<void> {
    const { store, prefix, jobId } = this.#run;
    const { shard, attemptId } = awaited.request;
    const bytes = await store.get(noteKey(prefix, jobId, shard.name, attemptId));
    const note = bytes && decodeNote(bytes);
    if (note) awaited.fail(errorOfNote(note, shard));
  }
}

function errorOfNote(note: WorkerNote, shard: Shard): WorkerDeath | WorkerRefusal {
  if (note.type === "death") {
    const code = note.status.type === "exit" ? note.status.code : null;
    return new WorkerDeath(deathOf({ code, signal: null }, note.status, "", shard));
  }
  return refusalOf(note.failure);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function asStoreError(error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError("The results could not be listed.", { cause: error });
}

/** Names of shards are ASCII, so that this order is that of the store. */
function firstOf(names: Iterable<string>): string {
  let first: string | undefined;
  for (const name of names) if (first === undefined || name < first) first = name;
  return first ?? "";
}
