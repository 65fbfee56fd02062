import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StoreError } from "../../../src/errors.js";
import type { Store, StoreEntry } from "../../../src/stores/store.js";
import { MemoryStore } from "../../support/memory-store.js";

const PATIENCE_MS = 10_000;
const out = () => new StoreError("out", { isTransient: true });

let inner: MemoryStore;
let store: Store;
let waits: number;
let controller: AbortController;

beforeEach(async () => {
  // The clock is taken when it is loaded, so time must be faked before.
  vi.useFakeTimers({ toFake: ["hrtime", "setTimeout", "clearTimeout"] });
  vi.doMock("node:timers/promises", () => ({
    setTimeout: (ms: number, value: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        setTimeout(() => resolve(value), ms);
      }),
  }));
  const { PatientStore } = await import("../../../src/stores/patient.js");
  inner = new MemoryStore();
  waits = 0;
  controller = new AbortController();
  const onWait = () => void waits++;
  store = new PatientStore(inner, { patienceMs: PATIENCE_MS, signal: controller.signal, onWait });
});
afterEach(() => {
  vi.useRealTimers();
  vi.doUnmock("node:timers/promises");
  vi.resetModules();
});

/** Makes the method fail so many times, with the error. */
function failing(method: "get" | "put" | "putIfAbsent" | "delete", times: number, error: Error): void {
  const original = inner[method].bind(inner) as (...args: unknown[]) => Promise<never>;
  let left = times;
  inner[method] = (async (...args: unknown[]) => {
    if (left-- > 0) throw error;
    return original(...args);
  }) as never;
}

/** How the promise ends when enough time goes by. */
async function ended<T>(promise: Promise<T>, ms = 60_000): Promise<T | unknown> {
  const settled = promise.then(
    (value) => value,
    (error) => error,
  );
  await vi.advanceTimersByTimeAsync(ms);
  return settled;
}

const body = Buffer.from("body");

describe("an operation that fails for a while", () => {
  it.each(["get", "put", "putIfAbsent", "delete"] as const)("is tried until it succeeds: %s", async (method) => {
    await inner.put("key", body);
    failing(method, 5, out());
    const args = method === "get" || method === "delete" ? ["key"] : ["other", body];
    const result = await ended((store[method] as (...args: unknown[]) => Promise<unknown>)(...args));
    expect(result).not.toBeInstanceOf(Error);
    expect(waits).toBe(5);
  });

  it("with an error that says nothing of itself is waited for, too", async () => {
    await inner.put("key", body);
    failing("get", 3, new Error("strange"));
    expect(Buffer.from((await ended(store.get("key"))) as Uint8Array)).toEqual(body);
  });

  it("for longer than patience lasts fails with its last error", async () => {
    failing("get", Infinity, out());
    const result = store.get("key").catch((error) => error);
    await vi.advanceTimersByTimeAsync(PATIENCE_MS / 2);
    expect(await Promise.race([result, "pending"])).toBe("pending");
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(await result).toMatchObject({ message: "out" });
  });

  it("fails at once where waiting cannot help", async () => {
    failing("put", Infinity, new StoreError("denied", { isTransient: false }));
    expect(await ended(store.put("key", body), 0)).toMatchObject({ message: "denied" });
    expect(waits).toBe(0);
  });

  it("is given up when nobody waits for it any more", async () => {
    failing("get", Infinity, out());
    const result = store.get("key").catch((error) => error);
    await vi.advanceTimersByTimeAsync(100);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(await Promise.race([result, "pending"])).toMatchObject({ message: "out" });
  });
});

it("a list that breaks off goes on behind the last entry", async () => {
  for (const key of ["a", "b", "c", "d"]) await inner.put(key, body);
  const list = inner.list.bind(inner);
  let lists = 0;
  inner.list = async function* (prefix, options): AsyncIterable<StoreEntry> {
    lists++;
    for await (const entry of list(prefix, options)) {
      if (lists < 4 && entry.key > "b") throw out();
      yield entry;
    }
  };
  const keys: string[] = [];
  const listing = (async () => {
    for await (const { key } of store.list("")) keys.push(key);
  })();
  await ended(listing);
  expect(keys).toEqual(["a", "b", "c", "d"]);
  expect(lists).toBe(4);
});
