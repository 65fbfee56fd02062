/** Looks into the store for shards that nobody answers for: one list per tick, however many are awaited. */
import { WorkerDeath, type WorkerRefusal } from "../backends/backend.js";
import { deathOf, type LastWords, refusalOf } from "../backends/death.js";
import { StoreError } from "../errors.js";
import { unlessAborted } from "../util/abort.js";
import { decodeNote } from "../wire/invocation.js";
import { beforeShardKey, noteKey, readNoteName, resultsPrefix } from "../wire/keys.js";
import type { Shard, ShardRequest, WorkerNote } from "../wire/messages.js";
import { AttemptSigns } from "./attempt-signs.js";
import type { JobRun } from "./job-run.js";

/** Where a backend names no interval, ms. */
const DEFAULT_POLL_MS = 500;

/** Lists that may fail one after the other before the shards do: the store has tried each several times itself. */
const MAX_FAILED_LISTS = 5;

interface Awaited {
  request: ShardRequest;
  /** Undefined where workers do not beat. */
  signs: AttemptSigns | undefined;
  found(): void;
  fail(error: unknown): void;
}

type PollerRun = Pick<JobRun, "store" | "jobId" | "backend">;

export class Poller {
  readonly #run: PollerRun;
  /** By the shard's name: of one that lags there are two attempts at once. */
  readonly #awaited = new Map<string, Set<Awaited>>();
  #isPolling = false;
  #failedLists = 0;
  /** Lists so far, each of one page or more. */
  polls = 0;

  constructor(run: PollerRun) {
    this.#run = run;
  }

  /**
   * Resolves once the shard's result object is seen. Rejects as `Backend.invoke` does when its worker left a note, with
   * `StoreError` when the store cannot be listed, with `WorkerDeath` when no beats are seen, and with the signal's reason.
   *
   * @param limits those of the place that took the shard
   */
  seen(request: ShardRequest, signal: AbortSignal, limits = this.#run.backend.limits): Promise<void> {
    const { name } = request.shard;
    const { beats } = limits;
    const seen = unlessAborted<void>(signal, (resolve, reject) => {
      // A late word of this attempt must not end the wait for the next one.
      const forget = () => this.#forget(name, awaited);
      const awaited: Awaited = {
        request,
        signs: beats && new AttemptSigns(beats, request.attempt),
        found: () => {
          forget();
          resolve();
        },
        fail: (error) => {
          forget();
          reject(error);
        },
      };
      this.#awaited.set(name, (this.#awaited.get(name) ?? new Set()).add(awaited));
      return forget;
    });
    if (!this.#isPolling) void this.#poll();
    return seen;
  }

  #forget(name: string, awaited: Awaited): void {
    const others = this.#awaited.get(name);
    others?.delete(awaited);
    if (others?.size === 0) this.#awaited.delete(name);
  }

  async #poll(): Promise<void> {
    this.#isPolling = true;
    while (this.#awaited.size > 0) {
      const pauseMs = this.#pauseMs();
      await pause(pauseMs);
      if (this.#awaited.size > 0) await this.#look(pauseMs);
    }
    this.#isPolling = false;
  }

  #pauseMs(): number {
    return (this.#run.backend.limits.pollMs ?? DEFAULT_POLL_MS) * 2 ** this.#failedLists;
  }

  async #look(passedMs: number): Promise<void> {
    this.polls++;
    // Those who come while the list is under way are looked for by the next one.
    const all = this.#all();
    try {
      const { noted, beats } = await this.#list();
      this.#failedLists = 0;
      await Promise.all([...noted].map((awaited) => this.#readNote(awaited)));
      this.#listen(all, beats, passedMs);
    } catch (error) {
      this.#failedLists++;
      if (this.#failedLists < MAX_FAILED_LISTS) return;
      this.#failedLists = 0;
      for (const awaited of this.#all()) awaited.fail(asStoreError(error));
    }
  }

  #all(): Awaited[] {
    return [...this.#awaited.values()].flatMap((all) => [...all]);
  }

  /** Gives up those of which nothing was heard for too long. */
  #listen(listened: readonly Awaited[], beats: ReadonlyMap<string, number>, passedMs: number): void {
    for (const { signs, request, fail } of listened) {
      const lost = signs?.look(beats.get(request.attemptId) ?? 0, passedMs);
      if (lost) fail(lost);
    }
  }

  /** Tells those whose result is there. Returns those of whose attempt there is a note only, and sizes of beats by attempt. */
  async #list(): Promise<{ noted: Set<Awaited>; beats: Map<string, number> }> {
    const { store, jobId } = this.#run;
    const results = resultsPrefix(jobId);
    const noted = new Set<Awaited>();
    const beats = new Map<string, number>();
    const startAfter = beforeShardKey(jobId, firstOf(this.#awaited.keys()));
    for await (const { key, bytes } of store.list(results, startAfter === undefined ? {} : { startAfter })) {
      const name = key.slice(results.length);
      const note = readNoteName(name);
      if (note?.isBeat) {
        beats.set(note.attemptId, bytes);
        continue;
      }
      for (const awaited of [...(this.#awaited.get(note?.shard ?? name) ?? [])]) {
        if (!note) awaited.found();
        else if (awaited.request.attemptId === note.attemptId) noted.add(awaited);
      }
    }
    return { noted, beats };
  }

  async #readNote(awaited: Awaited): Promise<void> {
    const { store, jobId } = this.#run;
    const { shard, attemptId } = awaited.request;
    const bytes = await store.get(noteKey(jobId, shard.name, attemptId));
    const note = bytes && decodeNote(bytes);
    if (note) awaited.fail(errorOfNote(note, shard));
  }
}

function errorOfNote(note: WorkerNote, shard: Shard): WorkerDeath | WorkerRefusal {
  if (note.type === "death") {
    const code = note.status.type === "exit" ? note.status.code : null;
    return new WorkerDeath(deathOf({ code, signal: null }, wordsOf(note), shard));
  }
  return refusalOf(note.failure);
}

function wordsOf({ status, printed }: Extract<WorkerNote, { type: "death" }>): LastWords {
  return { status, printed, stderr: "" };
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
