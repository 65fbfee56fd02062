/** What every store promises. A store's own test calls `describeStore`; nothing here knows which store it is. */
import type { Store } from "nodewren";
import { beforeEach, describe, expect, it } from "vitest";

const KIB = 1024;

/** Around the size at which a store may change its way of writing, and well beyond it. */
const SIZES = [0, 1, 2, 1000, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 1024 * KIB + 1, 5_000_000];

export interface StoreUnderTest {
  store: Store;
  /** The same store as another process sees it, when the store can be opened twice. */
  reopen?: () => Store;
}

export function describeStore(name: string, make: () => StoreUnderTest | Promise<StoreUnderTest>): void {
  describe(name, () => {
    let store: Store;
    let other: Store;

    beforeEach(async () => {
      const made = await make();
      store = made.store;
      other = made.reopen?.() ?? store;
    });

    describe("bodies", () => {
      it.each(SIZES)("of %d bytes come back equal, whichever way they were put", async (bytes) => {
        const body = pattern(bytes);
        await store.put("put", body);
        expect(await store.putIfAbsent("created", body)).toBe(true);
        expectBytes(await other.get("put"), body);
        expectBytes(await other.get("created"), body);
      });

      it("may come in pieces, in any number and of any size", async () => {
        const body = pattern(300_000);
        const ways: Uint8Array[][] = [[], [body], cut(body, 1000), [body.subarray(0, 0), ...cut(body, 70_001)]];
        for (const [i, pieces] of ways.entries()) {
          const whole = pieces.length === 0 ? body.subarray(0, 0) : body;
          await store.put(`put/${i}`, pieces);
          await store.putIfAbsent(`created/${i}`, pieces);
          expectBytes(await store.get(`put/${i}`), whole);
          expectBytes(await store.get(`created/${i}`), whole);
        }
      });

      it("in 20,000 pieces come back equal", async () => {
        const body = pattern(200_000);
        await store.put("pieces", cut(body, 10));
        expectBytes(await store.get("pieces"), body);
      });

      it("keep every byte there is, and sequences that are no UTF-8", async () => {
        const body = Uint8Array.from({ length: 512 }, (_, i) => i % 256);
        await store.put("binary", body);
        expectBytes(await store.get("binary"), body);
      });

      it("may be views into larger memory", async () => {
        const memory = pattern(1000);
        await store.put("view", memory.subarray(100, 200));
        expectBytes(await store.get("view"), memory.slice(100, 200));
      });

      it("are the caller's again once the promise has resolved", async () => {
        for (const bytes of [1000, 200_000]) {
          const body = pattern(bytes);
          const expected = body.slice();
          await store.put("reused", body);
          body.fill(255);
          expectBytes(await store.get("reused"), expected);
        }
      });

      it("are handed out as memory of the reader's own", async () => {
        await store.put("own", pattern(100));
        (await store.get("own"))?.fill(0);
        expectBytes(await store.get("own"), pattern(100));
      });
    });

    describe("get", () => {
      it("tells an absent key from an empty body", async () => {
        await store.put("empty", new Uint8Array(0));
        expectBytes(await store.get("empty"), new Uint8Array(0));
        expect(await store.get("absent")).toBeUndefined();
        expect(await store.get("absent/below/it")).toBeUndefined();
        expect(await store.get("absent", { start: 0, end: 10 })).toBeUndefined();
      });

      it("does not take the beginning of a key for a key", async () => {
        await store.put("folder/file", pattern(3));
        expect(await store.get("folder")).toBeUndefined();
        expect(await store.get("folder/fil")).toBeUndefined();
      });

      it.each([
        [0, 10],
        [0, 0],
        [5, 5],
        [3, 9],
        [9, 10],
        [0, 1],
      ])("reads bytes %d to %d", async (start, end) => {
        await store.put("range", pattern(10));
        expectBytes(await store.get("range", { start, end }), pattern(10).slice(start, end));
      });

      it.each([
        [5, 11],
        [5, 1_000_000],
        [10, 20],
        [11, 20],
        [1_000_000, 2_000_000],
      ])("cuts the range %d to %d at the end of the body", async (start, end) => {
        await store.put("range", pattern(10));
        expectBytes(await store.get("range", { start, end }), pattern(10).slice(start, end));
      });

      it("reads a range of an empty body as nothing", async () => {
        await store.put("empty", new Uint8Array(0));
        expectBytes(await store.get("empty", { start: 0, end: 5 }), new Uint8Array(0));
      });

      it("reads large ranges in the middle of large bodies", async () => {
        const body = pattern(3_000_000);
        await store.put("large", body);
        expectBytes(await store.get("large", { start: 1_000_001, end: 2_500_003 }), body.slice(1_000_001, 2_500_003));
      });
    });

    describe("putIfAbsent", () => {
      it("creates once and changes nothing afterwards", async () => {
        expect(await store.putIfAbsent("key", pattern(10))).toBe(true);
        expect(await store.putIfAbsent("key", pattern(20))).toBe(false);
        expect(await other.putIfAbsent("key", new Uint8Array(0))).toBe(false);
        expectBytes(await store.get("key"), pattern(10));
      });

      it.each([10, 100_000])(
        "lets exactly one of 50 writers of %d bytes win, and stores that one's body",
        async (bytes) => {
          const bodies = Array.from({ length: 50 }, (_, i) => new Uint8Array(bytes).fill(i));
          const won = await Promise.all(bodies.map((body, i) => (i % 2 ? store : other).putIfAbsent("race/key", body)));
          expect(won.filter(Boolean)).toHaveLength(1);
          expectBytes(await store.get("race/key"), bodies[won.indexOf(true)] as Uint8Array);
        },
      );

      it("creates again what was deleted", async () => {
        await store.putIfAbsent("key", pattern(1));
        await store.delete("key");
        expect(await store.putIfAbsent("key", pattern(2))).toBe(true);
        expectBytes(await store.get("key"), pattern(2));
      });
    });

    describe("put", () => {
      it("replaces the whole body, be the new one longer or shorter", async () => {
        for (const bytes of [100, 200_000, 10, 70_000, 0]) {
          await store.put("key", pattern(bytes));
          expectBytes(await other.get("key"), pattern(bytes));
        }
      });

      it("shows readers one body or the other, never a part or a mixture", async () => {
        const sizes = [100_000, 150_000];
        await store.put("key", new Uint8Array(100_000).fill(0));
        const writing = Promise.all(
          Array.from({ length: 20 }, (_, i) => store.put("key", new Uint8Array(sizes[i % 2] as number).fill(i % 2))),
        );
        for (let i = 0; i < 50; i++) {
          const seen = (await other.get("key")) as Uint8Array;
          expect(seen.byteLength).toBe(sizes[seen[0] as number]);
          expect(seen.every((byte) => byte === seen[0])).toBe(true);
        }
        await writing;
      });
    });

    describe("delete", () => {
      it("removes the object, and does not mind when there is none", async () => {
        await store.put("a/key", pattern(1));
        await store.delete("a/key");
        await store.delete("a/key");
        await store.delete("never/was");
        expect(await store.get("a/key")).toBeUndefined();
        expect(await keysOf(store, "")).toEqual([]);
      });

      it("leaves the neighbours", async () => {
        for (const key of ["a/b", "a/c", "ab"]) await store.put(key, pattern(1));
        await store.delete("a/b");
        expect(await keysOf(store, "")).toEqual(["a/c", "ab"]);
      });
    });

    describe("list", () => {
      it("of an empty store is empty", async () => {
        expect(await keysOf(store, "")).toEqual([]);
        expect(await keysOf(store, "no/such/")).toEqual([]);
      });

      it("tells keys and sizes, of objects in all depths", async () => {
        for (const [i, key] of ["z", "a/b/c/d", "a/b"].map((key) => `${key}.${key.length}`).entries())
          await store.put(key, pattern(i * 40_000));
        expect(await entriesOf(other, "")).toEqual([
          { key: "a/b.3", bytes: 80_000 },
          { key: "a/b/c/d.7", bytes: 40_000 },
          { key: "z.1", bytes: 0 },
        ]);
      });

      it("goes by the UTF-8 bytes of the keys", async () => {
        // UTF-16 order would put the astral character before U+FFEE, and a folder's name without its slash "a/b" before "a.b".
        const keys = ["A", "a!b", "a.b", "a/b", "a/b!", "a/bc/d", "a0", "aa", "ab/c", "é", "\uffee", "😀", "😀/x", "𝒶"];
        const files = keys.filter((key) => !keys.some((longer) => longer.startsWith(`${key}/`)));
        for (const key of [...files].reverse()) await store.put(key, pattern(1));
        const sorted = [...files].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(await keysOf(store, "")).toEqual(sorted);
      });

      it("takes any prefix, not only one that ends at a slash", async () => {
        for (const key of ["job/1/a", "job/1/b", "job/10/a", "job/2/a", "jobs"]) await store.put(key, pattern(1));
        expect(await keysOf(store, "job/1/")).toEqual(["job/1/a", "job/1/b"]);
        expect(await keysOf(store, "job/1")).toEqual(["job/1/a", "job/1/b", "job/10/a"]);
        expect(await keysOf(store, "jo")).toHaveLength(5);
        expect(await keysOf(store, "job/2/a")).toEqual(["job/2/a"]);
        expect(await keysOf(store, "job/2/ab")).toEqual([]);
        expect(await keysOf(store, "job/2/a/")).toEqual([]);
      });

      it("starts after a key, whether that exists or not", async () => {
        const keys = ["a/1", "a/2", "a/2.0", "a/3", "b", "c/1"];
        for (const key of keys) await store.put(key, pattern(1));
        for (const startAfter of [...keys, "a", "a/", "a/0", "a/2.", "a/21", "a0", "b/", "c/1/x", "z"]) {
          const after = keys.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(startAfter)) > 0);
          expect(await keysOf(store, "", startAfter), startAfter).toEqual(after);
        }
        expect(await keysOf(store, "a/", "a/2")).toEqual(["a/2.0", "a/3"]);
        expect(await keysOf(store, "b", "a/2")).toEqual(["b"]);
      });

      it("can be left early", async () => {
        for (const key of ["a", "b", "c"]) await store.put(key, pattern(1));
        for await (const { key } of store.list("")) {
          expect(key).toBe("a");
          break;
        }
      });

      it("lists 1,200 keys, more than cloud stores give in one answer", { tags: ["long"] }, async () => {
        const keys = Array.from({ length: 1200 }, (_, i) => `many/${String(i).padStart(5, "0")}`);
        await Promise.all(keys.map((key) => store.put(key, new Uint8Array(1))));
        expect(await keysOf(store, "many/")).toEqual(keys);
      });
    });

    describe("keys", () => {
      it.each([
        "plain",
        "a/b/c",
        "with space",
        "ümläut/😀",
        "a+b&c=d%20#?",
        "~!@$^*()'\"<>|\\",
        "x".repeat(200),
        "..a",
        ".a",
      ])("holds %j", async (key) => {
        await store.put(key, pattern(5));
        expectBytes(await store.get(key), pattern(5));
        expect(await keysOf(store, "")).toEqual([key]);
        expect(await store.putIfAbsent(key, pattern(1))).toBe(false);
        await store.delete(key);
        expect(await store.get(key)).toBeUndefined();
      });

      it("tells cases, and composed letters from decomposed ones", async () => {
        const keys = ["A", "a", "e\u0301", "\u00e9"];
        for (const [i, key] of keys.entries()) await store.put(key, pattern(i));
        for (const [i, key] of keys.entries()) expectBytes(await store.get(key), pattern(i));
      });

      const refused = ["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a/..", "a\0b"];
      it.each([...refused, `${"x/".repeat(520)}x`])("refuses %j, in each method", async (key) => {
        for (const act of [
          () => store.get(key),
          () => store.put(key, pattern(1)),
          () => store.putIfAbsent(key, pattern(1)),
          () => store.delete(key),
        ])
          await expect(act()).rejects.toMatchObject({ name: "StoreError", code: "STORE" });
        expect(await keysOf(store, "")).toEqual([]);
      });
    });

    it("says who can reach it, and describes itself in plain data", () => {
      expect(["machine", "network"]).toContain(store.reach);
      expect(structuredClone(store.descriptor)).toEqual(store.descriptor);
      expect(JSON.parse(JSON.stringify(store.descriptor))).toEqual(store.descriptor);
    });
  });
}

/** Bytes that differ from their neighbours, so that a shift shows. */
export function pattern(bytes: number): Uint8Array {
  const body = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) body[i] = (i * 31 + (i >> 8)) % 251;
  return body;
}

function cut(body: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body.byteLength; at += size) pieces.push(body.subarray(at, at + size));
  return pieces;
}

/** Compares at once: vitest's own comparison of megabytes takes seconds. */
function expectBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  expect(actual).toBeInstanceOf(Uint8Array);
  expect(actual?.byteLength).toBe(expected.byteLength);
  expect(Buffer.compare(actual as Uint8Array, expected)).toBe(0);
}

export async function keysOf(store: Store, prefix: string, startAfter?: string): Promise<string[]> {
  return (await entriesOf(store, prefix, startAfter)).map(({ key }) => key);
}

async function entriesOf(store: Store, prefix: string, startAfter?: string): Promise<{ key: string; bytes: number }[]> {
  const entries: { key: string; bytes: number }[] = [];
  for await (const entry of store.list(prefix, startAfter === undefined ? {} : { startAfter })) entries.push(entry);
  return entries;
}
