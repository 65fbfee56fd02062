import { setMaxListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Backend, WorkerDeath } from "../../../src/backends/backend.js";
import { invokeInTime } from "../../../src/host/deadline.js";
import { Poller } from "../../../src/host/store-poller.js";
import type { Answer, Shard, ShardRequest } from "../../../src/wire/messages.js";
import { newJobRun, newRequest, retriesOf } from "../../support/job-runs.js";

const SHARD: Shard = { name: "0", first: 0, count: 4, byteStart: 0, byteEnd: 0 };
const ANSWER: Answer = { attemptId: "attempt-1", result: undefined, writeMs: 0 };

interface Fake extends Backend {
  signal: AbortSignal | undefined;
  answer(): void;
}

/** A backend whose shards take until `answer()` is called. */
function fakeBackend(maxShardMs: number): Fake {
  let resolve: (answer: Answer) => void = () => {};
  const fake: Fake = {
    name: "fake",
    reach: "machine",
    limits: { concurrency: 1, shardsPerWorker: 1 },
    maxShardMs,
    signal: undefined,
    warm: () => {},
    close: async () => {},
    answer: () => resolve(ANSWER),
    invoke(_: ShardRequest, signal: AbortSignal) {
      fake.signal = signal;
      return new Promise((done) => {
        resolve = done;
      });
    },
  };
  return fake;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether the promise has settled, and how, once everything that is due has run. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  let state: unknown = "pending";
  promise.then(
    (value) => (state = value),
    (error) => (state = error),
  );
  await vi.advanceTimersByTimeAsync(0);
  return state;
}

describe("a shard on a backend with a limit", () => {
  it.each([
    ["the backend's limit and grace", { timeoutMs: undefined, retries: retriesOf(0) }, 900_000, 930_000],
    [
      "the calls' limits and grace where these are shorter",
      { timeoutMs: 1000, retries: retriesOf(0) },
      900_000,
      34_000,
    ],
    ["as much for each retry", { timeoutMs: 1000, retries: retriesOf(2) }, 900_000, 42_000],
    ["as much for the setup", { timeoutMs: 1000, retries: retriesOf(0), setupDigests: ["0"] }, 900_000, 35_000],
  ])("is lost after %s", async (_what, settings, maxShardMs, deadlineMs) => {
    const backend = fakeBackend(maxShardMs);
    const run = newJobRun(4, { backend });
    const invoked = invokeInTime(run, new Poller(run), newRequest(SHARD, settings));
    invoked.catch(() => {});
    await vi.advanceTimersByTimeAsync(deadlineMs - 1);
    expect(await stateOf(invoked)).toBe("pending");
    expect(backend.signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const error = await stateOf(invoked);
    expect(error).toBeInstanceOf(WorkerDeath);
    expect((error as WorkerDeath).death).toEqual({
      kind: "lost",
      index: undefined,
      certain: false,
      silentMs: deadlineMs,
    });
    expect(backend.signal?.aborted).toBe(true);
  });

  it("that answers in time leaves no timer behind", async () => {
    const backend = fakeBackend(1000);
    const run = newJobRun(4, { backend });
    const invoked = invokeInTime(run, new Poller(run), newRequest(SHARD));
    backend.answer();
    expect(await invoked).toBe(ANSWER);
    expect(vi.getTimerCount()).toBe(0);
    expect(backend.signal?.aborted).toBe(false);
  });

  it("ends with its job, for the job's reason", async () => {
    const controller = new AbortController();
    setMaxListeners(1, controller.signal);
    const backend = fakeBackend(1000);
    const run = newJobRun(4, { backend, signal: controller.signal });
    const invoked = invokeInTime(run, new Poller(run), newRequest(SHARD));
    const reason = new Error("cancelled");
    controller.abort(reason);
    await expect(invoked).rejects.toBe(reason);
    expect(backend.signal?.reason).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("a shard on a backend that notices every end may wait for ever", async () => {
  const backend = fakeBackend(Infinity);
  const { settings } = newJobRun(4);
  const run = newJobRun(4, { backend, settings: { ...settings, timeoutMs: 10 } });
  const invoked = invokeInTime(run, new Poller(run), newRequest(SHARD));
  expect(vi.getTimerCount()).toBe(0);
  expect(backend.signal).toBe(run.signal);
  backend.answer();
  expect(await invoked).toBe(ANSWER);
});
