import type { Body, ByteRange, StoreEntry } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { digestText } from "../../../src/cache/batch.js";
import { listCache, nameOfKept } from "../../../src/cache/list-cache.js";
import { RecipeCache } from "../../../src/cache/recipe-cache.js";
import { Troubles } from "../../../src/cache/troubles.js";
import { StoreError } from "../../../src/errors.js";
import { MemoryStore } from "../../support/memory-store.js";

const RECIPE = "5".repeat(64);

/** Counts what is asked of it. */
class CountingStore extends MemoryStore {
  readonly counts = { put: 0, get: 0, list: 0, delete: 0 };

  override putIfAbsent(key: string, body: Body): Promise<boolean> {
    this.counts.put++;
    return super.putIfAbsent(key, body);
  }

  override get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    this.counts.get++;
    return super.get(key, range);
  }

  override list(prefix: string): AsyncIterable<StoreEntry> {
    this.counts.list++;
    return super.list(prefix);
  }

  override delete(key: string): Promise<void> {
    this.counts.delete++;
    return super.delete(key);
  }
}

function open(store: MemoryStore, recipe = RECIPE) {
  const told: string[] = [];
  const troubles = new Troubles();
  const tell = (kind: string, text: string) => void told.push(`${kind}: ${text}`);
  return { cache: new RecipeCache(store, { recipe, functionName: "fn" }, Object.assign(troubles, { tell })), told };
}

const inputOf = (i: number) => digestText(`${i}`);
const bytesOf = (i: number) => Buffer.from(`value ${i}`);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

async function keep(store: MemoryStore, numbers: readonly number[], recipe = RECIPE): Promise<void> {
  const { cache } = open(store, recipe);
  for (const i of numbers) cache.keep(inputOf(i), bytesOf(i));
  await cache.flush();
}

async function found(store: MemoryStore, numbers: readonly number[]) {
  const { cache, told } = open(store);
  await cache.refresh();
  const known = numbers.filter((i) => cache.find(inputOf(i), 0) !== undefined);
  const values = await cache.values(known.map(inputOf));
  const kept = known.filter((i, at) => values[at] && bytesOf(i).equals(values[at]));
  return { known, kept, told };
}

describe("results that are kept", () => {
  it("are found before they are stored, and by others once they are", async () => {
    const store = new MemoryStore();
    const { cache } = open(store);
    cache.keep(inputOf(1), bytesOf(1));
    expect(cache.find(inputOf(1), 0)).toBe(7);
    expect(await cache.values([inputOf(1)])).toEqual([bytesOf(1)]);
    expect(store.objects.size).toBe(0);
    await cache.flush();
    expect(cache.find(inputOf(1), 0)).toBe(7);
    expect(await found(store, [1, 2])).toMatchObject({ known: [1], kept: [1] });
  });

  it("take a handful of requests, however many they are", async () => {
    const store = new CountingStore();
    await keep(store, range(10_000));
    expect(store.counts).toMatchObject({ put: 1, get: 0, list: 0 });
    store.counts.put = 0;
    expect((await found(store, range(10_000))).kept).toHaveLength(10_000);
    expect(store.counts).toEqual({ put: 0, get: 3, list: 1, delete: 0 });
  });

  it("add up over several runs, the newest of an input counting", async () => {
    const store = new MemoryStore();
    await keep(store, [1, 2]);
    await keep(store, [2, 3]);
    expect((await found(store, [1, 2, 3, 4])).kept).toEqual([1, 2, 3]);
    const { cache } = open(store);
    await cache.refresh();
    const before = performance.timeOrigin + performance.now();
    cache.keep(inputOf(1), Buffer.from("newer"));
    await cache.flush();
    expect(cache.find(inputOf(1), before)).toBe(5);
    expect(cache.find(inputOf(2), before)).toBeUndefined();
  });

  it("are read from as much of a large batch as they take", async () => {
    const store = new MemoryStore();
    const { cache } = open(store);
    const large = (i: number) => Buffer.alloc(600_000, i);
    for (const i of range(6)) cache.keep(inputOf(i), large(i));
    await cache.flush();
    const ranges: ByteRange[] = [];
    const get = store.get.bind(store);
    store.get = (key, given) => {
      if (given) ranges.push(given);
      return get(key, given);
    };
    const other = open(store).cache;
    await other.refresh();
    const [last, first] = await other.values([inputOf(5), inputOf(0)]);
    expect(large(0).equals(first as Uint8Array) && large(5).equals(last as Uint8Array)).toBe(true);
    expect(ranges.slice(1).map(({ start, end }) => end - start)).toEqual([600_000, 600_000]);
  });

  it("are put together once there are many small batches, and the old ones go", async () => {
    const store = new MemoryStore();
    for (const i of range(32)) await keep(store, [i]);
    const { cache } = open(store);
    await cache.refresh();
    await cache.tidy(Infinity);
    expect(store.objects.size).toBe(1);
    expect((await found(store, range(33))).kept).toEqual(range(32));
    expect((await cache.values(range(32).map(inputOf))).filter((value) => value)).toHaveLength(32);
  });

  it("are found again where another host has put batches together meanwhile", async () => {
    const store = new MemoryStore();
    // Larger than what is held of a batch with its head.
    const large = (i: number) => Buffer.alloc(100_000, i);
    for (const i of range(32)) {
      const { cache } = open(store);
      cache.keep(inputOf(i), large(i));
      await cache.flush();
    }
    const [reader, other] = [open(store), open(store)];
    await Promise.all([reader.cache.refresh(), other.cache.refresh()]);
    await other.cache.tidy(Infinity);
    expect(store.objects.size).toBe(1);
    const [value] = await reader.cache.values([inputOf(7)]);
    expect(value && large(7).equals(value)).toBe(true);
  });

  it("go when they take too much, those that were kept first before others, of whatever function", async () => {
    const store = new MemoryStore();
    await keep(store, [1], "a".repeat(64));
    await new Promise((resolve) => setTimeout(resolve, 2));
    await keep(store, [2]);
    await new Promise((resolve) => setTimeout(resolve, 2));
    const { cache } = open(store);
    await cache.refresh();
    cache.keep(inputOf(3), bytesOf(3));
    await cache.flush();
    const [batch] = [...store.objects.values()];
    await cache.tidy(2 * (batch?.byteLength ?? 0));
    expect([...store.objects.keys()].map((key) => key.slice(0, 7))).toEqual(["cache/5", "cache/5"]);
    await cache.tidy(1);
    expect(store.objects.size).toBe(0);
    expect(cache.find(inputOf(3), 0)).toBeUndefined();
  });

  it("are listed with the name of their function", async () => {
    const store = new MemoryStore();
    await keep(store, [1, 2]);
    await keep(store, [3]);
    await store.put("cache/other", Buffer.from("not ours"));
    const [only, ...others] = await listCache(store);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ recipe: RECIPE, results: 3, batches: [{}, {}] });
    expect(only?.batches.map(({ results }) => results).sort()).toEqual([1, 2]);
    expect(only && (await nameOfKept(store, only))).toBe("fn");
  });
});

describe("a batch that is not what was kept", () => {
  async function damaged(change: (object: Uint8Array) => Uint8Array) {
    const store = new MemoryStore();
    await keep(store, [1]);
    await keep(store, [2]);
    const [key, object] = [...store.objects][0] as [string, Uint8Array];
    store.objects.set(key, change(object));
    return { store, key, ...(await found(store, [1, 2])) };
  }

  const flipped = (at: number) => (object: Uint8Array) =>
    object.map((byte, i) => (i === (at + object.byteLength) % object.byteLength ? byte ^ 1 : byte));

  it("is as if it were not there, and removed, where its head is damaged; that is said", async () => {
    for (const change of [flipped(20), (object: Uint8Array) => object.slice(0, -1), () => new Uint8Array()]) {
      const { store, key, known, told } = await damaged(change);
      expect(known).toEqual([2]);
      expect(told).toEqual([expect.stringMatching(`damaged: Kept results are damaged .*${key}`)]);
      expect(store.objects.has(key)).toBe(false);
    }
  });

  it("gives no value that has changed", async () => {
    const { known, kept, told } = await damaged(flipped(-1));
    expect(known).toEqual([1, 2]);
    expect(kept).toEqual([2]);
    expect(told).toContainEqual(expect.stringMatching(/^damaged/));
  });

  it("is left alone where another release has written it", async () => {
    const { store, key, known, told } = await damaged((object) => object.with(0, 99));
    expect(known).toEqual([2]);
    expect(told).toEqual([]);
    expect(store.objects.has(key)).toBe(true);
  });
});

describe("a store that fails", () => {
  const fails = () => {
    throw new StoreError("no space", { isTransient: false });
  };

  it("is as empty when it is read, and keeps nothing when it is written; that is said", async () => {
    const store = new MemoryStore();
    await keep(store, [1]);
    const { cache, told } = open(store);
    Object.assign(store, { putIfAbsent: fails });
    cache.keep(inputOf(2), bytesOf(2));
    await cache.flush();
    expect(cache.find(inputOf(2), 0)).toBeUndefined();
    expect(told).toEqual([expect.stringMatching(/^unwritable: Results cannot be kept.*no space/)]);
    const list = store.list.bind(store);
    onTestFinished(() => void Object.assign(store, { list }));
    Object.assign(store, { list: fails });
    await cache.refresh();
    expect(cache.find(inputOf(1), 0)).toBeUndefined();
    expect(told[1]).toMatch(/^unreadable: Kept results cannot be read.*no space/);
  });
});
