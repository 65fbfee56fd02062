import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WorkerDeath, WorkerRefusal } from "../../../src/backends/backend.js";
import { StoreError } from "../../../src/errors.js";
import { Poller } from "../../../src/host/store-poller.js";
import { encodeNote } from "../../../src/wire/invocation.js";
import { beatKey, noteKey, pieceName, resultKey, shardName } from "../../../src/wire/keys.js";
import type { WorkerNote } from "../../../src/wire/messages.js";
import { newJobRun, newRequest } from "../../support/job-runs.js";
import { MemoryStore } from "../../support/memory-store.js";

const POLL_MS = 100;
const never = new AbortController().signal;

class CountingStore extends MemoryStore {
  lists: (string | undefined)[] = [];
  failures = 0;

  override list(prefix: string, options: { startAfter?: string } = {}) {
    this.lists.push(options.startAfter);
    if (this.failures-- > 0) throw new StoreError("slow down");
    return super.list(prefix, options);
  }
}

let store: CountingStore;
let poller: Poller;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  store = new CountingStore();
  const backend = { limits: { concurrency: 1, shardsPerWorker: 1, pollMs: POLL_MS } } as never;
  poller = new Poller({ ...newJobRun(1, { store, backend }) });
});

afterEach(() => void vi.useRealTimers());

const requestOf = (name: string, attemptId = "attempt-1") =>
  newRequest({ name, first: 0, count: 4, byteStart: 0, byteEnd: 0 }, { attemptId });
const commit = (name: string) => store.put(resultKey("job-1", name), new Uint8Array(1));
const leave = (name: string, attemptId: string, note: WorkerNote) =>
  store.put(noteKey("job-1", name, attemptId), encodeNote(note));
const tick = () => vi.advanceTimersByTimeAsync(POLL_MS);

function watch(name: string, attemptId?: string, signal = never) {
  const state: { value: unknown } = { value: "pending" };
  poller.seen(requestOf(name, attemptId), signal).then(
    () => (state.value = "seen"),
    (error) => (state.value = error),
  );
  return state;
}

describe("a result", () => {
  it("is seen at the next look, by one list for all shards", async () => {
    const states = [1, 2, 3].map((number) => watch(shardName(number)));
    await tick();
    expect(states.map(({ value }) => value)).toEqual(["pending", "pending", "pending"]);
    await commit(shardName(1));
    await commit(shardName(3));
    await tick();
    expect(states.map(({ value }) => value)).toEqual(["seen", "pending", "seen"]);
    expect(poller.polls).toBe(2);
  });

  it("ends the wait of all attempts at its shard, and a note that of its own only", async () => {
    const states = ["attempt-1", "attempt-2", "attempt-3"].map((attemptId) => watch(shardName(1), attemptId));
    await leave(shardName(1), "attempt-1", { type: "death", status: { type: "stuck", index: null } });
    await tick();
    expect(states.map(({ value }) => value)).toEqual([expect.any(WorkerDeath), "pending", "pending"]);
    await commit(shardName(1));
    await tick();
    expect(states.slice(1).map(({ value }) => value)).toEqual(["seen", "seen"]);
  });

  it("of a piece is not that of its shard", async () => {
    const whole = watch(shardName(5));
    const piece = watch(pieceName(shardName(5), 0, 2));
    await commit(pieceName(shardName(5), 0, 2));
    await tick();
    expect([whole.value, piece.value]).toEqual(["pending", "seen"]);
  });

  it("is found behind those of earlier shards, which are not listed again", async () => {
    for (let number = 0; number < 20; number++) await commit(shardName(number));
    const piece = pieceName(shardName(12), 3, 1);
    const state = watch(piece);
    await commit(piece);
    await tick();
    expect(state.value).toBe("seen");
    const startAfter = store.lists.at(-1) as string;
    const skipped = [...store.objects.keys()].filter((key) => key <= startAfter);
    expect(skipped).toHaveLength(12);
  });

  it("once seen ends the looking, until there is something to look for again", async () => {
    const first = watch(shardName(0));
    await commit(shardName(0));
    await tick();
    await tick();
    expect([first.value, vi.getTimerCount(), poller.polls]).toEqual(["seen", 0, 1]);
    const second = watch(shardName(1));
    await commit(shardName(1));
    await tick();
    expect([second.value, poller.polls]).toEqual(["seen", 2]);
  });
});

describe("a note", () => {
  it("of a death tells how the worker ended", async () => {
    const state = watch(shardName(1));
    await leave(shardName(1), "attempt-1", { type: "death", status: { type: "timeout", index: 2 } });
    await tick();
    expect((state.value as WorkerDeath).death).toMatchObject({ kind: "timeout", index: 2, certain: true });
  });

  it("of an exit tells its code", async () => {
    const state = watch(shardName(1));
    await leave(shardName(1), "attempt-1", { type: "death", status: { type: "exit", index: 0, code: 3 } });
    await tick();
    expect((state.value as WorkerDeath).death).toMatchObject({ kind: "exit", exitCode: 3, index: 0 });
  });

  it("of a failure tells why", async () => {
    const state = watch(shardName(1));
    const failure = { code: "STORE", message: "no bucket", retire: false };
    await leave(shardName(1), "attempt-1", { type: "failed", failure });
    await tick();
    expect(state.value).toBeInstanceOf(WorkerRefusal);
    expect(state.value).toMatchObject({ kind: "store", message: "no bucket", transient: false });
  });

  it("of another attempt, or one that cannot be read, says nothing", async () => {
    const state = watch(shardName(1), "attempt-2");
    await leave(shardName(1), "attempt-1", { type: "death", status: { type: "stuck", index: null } });
    await store.put(noteKey("job-1", shardName(1), "attempt-2"), Buffer.from("nonsense"));
    await tick();
    expect(state.value).toBe("pending");
  });

  it("beside a result does not count", async () => {
    const state = watch(shardName(1));
    await leave(shardName(1), "attempt-1", { type: "death", status: { type: "stuck", index: null } });
    await commit(shardName(1));
    await tick();
    expect(state.value).toBe("seen");
  });
});

describe("beats", () => {
  const beats = { firstMs: 3 * POLL_MS, silentMs: 2 * POLL_MS };
  const beat = (name: string, attemptId: string, bytes: number) =>
    store.put(beatKey("job-1", name, attemptId), new Uint8Array(bytes));

  beforeEach(() => {
    const backend = { limits: { concurrency: 1, shardsPerWorker: 1, pollMs: POLL_MS, beats } } as never;
    poller = new Poller({ ...newJobRun(1, { store, backend }) });
  });

  it("that grow keep an attempt, that do not give it up, and another attempt's say nothing", async () => {
    const [beating, silent] = [watch(shardName(1), "attempt-1"), watch(shardName(1), "attempt-2")];
    for (let look = 1; look <= 3; look++) {
      await beat(shardName(1), "attempt-1", look);
      await tick();
    }
    expect(beating.value).toBe("pending");
    expect((silent.value as WorkerDeath).death).toMatchObject({ kind: "lost", neverBegan: true });
    await tick();
    await tick();
    expect((beating.value as WorkerDeath).death).toMatchObject({ kind: "lost", silentMs: 2 * POLL_MS });
  });

  it("are no result, and one that is there counts for more than silence", async () => {
    const state = watch(shardName(1));
    await beat(shardName(1), "attempt-1", 5);
    await tick();
    await tick();
    expect(state.value).toBe("pending");
    await commit(shardName(1));
    await tick();
    expect(state.value).toBe("seen");
  });

  it("are not missed while the store cannot be listed", async () => {
    const state = watch(shardName(1));
    store.failures = 4;
    await vi.advanceTimersByTimeAsync(POLL_MS * (1 + 2 + 4 + 8));
    expect([state.value, store.lists.length]).toEqual(["pending", 4]);
  });
});

describe("the looking", () => {
  it("ends with the attempt, for the signal's reason", async () => {
    const controller = new AbortController();
    const state = watch(shardName(1), "attempt-1", controller.signal);
    const late = watch(shardName(2), "attempt-1", AbortSignal.abort("too late"));
    controller.abort("given up");
    await tick();
    expect([state.value, late.value, poller.polls]).toEqual(["given up", "too late", 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("outlives lists that fail, with growing pauses", async () => {
    const state = watch(shardName(1));
    store.failures = 3;
    await commit(shardName(1));
    await vi.advanceTimersByTimeAsync(POLL_MS * (1 + 2 + 4));
    expect([state.value, store.lists.length]).toEqual(["pending", 3]);
    await vi.advanceTimersByTimeAsync(POLL_MS * 8);
    expect(state.value).toBe("seen");
  });

  it("gives up when the store cannot be listed at all", async () => {
    const states = [watch(shardName(1)), watch(shardName(2))];
    store.failures = 1000;
    await vi.advanceTimersByTimeAsync(POLL_MS * 2 ** 6);
    for (const { value } of states) expect(value).toBeInstanceOf(StoreError);
    expect(store.lists.length).toBe(5);
    expect(vi.getTimerCount()).toBe(0);
  });
});
