import { expect, it } from "vitest";
import { PromiseCache } from "../../../src/util/promise-cache.js";

/** Makes "a1", "a2" and so on of key "a". */
function counting() {
  const counts = new Map<string, number>();
  return (key: string) => async () => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return key + count;
  };
}

it("makes a value once, also for those who ask while it is being made", async () => {
  const [cache, make] = [new PromiseCache<string>(), counting()];
  const first = cache.get("a", make("a"));
  expect(cache.get("a", make("a"))).toBe(first);
  expect(await Promise.all([first, cache.get("b", make("b")), cache.get("a", make("a"))])).toEqual(["a1", "b1", "a1"]);
});

it("keeps nothing that could not be made", async () => {
  const cache = new PromiseCache<string>();
  await expect(cache.get("a", () => Promise.reject(new Error("no luck")))).rejects.toThrow("no luck");
  expect(await cache.get("a", async () => "better luck")).toBe("better luck");
  const thrower = () => {
    throw new Error("at once");
  };
  expect(() => cache.get("b", thrower)).toThrow("at once");
  expect(await cache.get("b", async () => "b")).toBe("b");
});

it("keeps those that were asked for last", async () => {
  const [cache, make] = [new PromiseCache<string>({ max: 2 }), counting()];
  const ask = (key: string) => cache.get(key, make(key));
  for (const key of ["a", "b", "a", "c"]) await ask(key);
  expect([await ask("a"), await ask("c"), await ask("b")]).toEqual(["a1", "c1", "b2"]);
});

it("a failure of one that was crowded out does not take along the one that came in its place", async () => {
  const [cache, make] = [new PromiseCache<string>({ max: 1 }), counting()];
  let fail: (error: Error) => void = () => {};
  const slow = cache.get("a", () => new Promise((_, reject) => (fail = reject)));
  await cache.get("b", make("b"));
  await cache.get("a", make("a"));
  fail(new Error("late"));
  await expect(slow).rejects.toThrow("late");
  expect(await cache.get("a", make("a"))).toBe("a1");
});

it("makes a value again that is not current any more", async () => {
  let current = "a1";
  const [cache, make] = [new PromiseCache<string>({ isCurrent: (value) => value === current }), counting()];
  await cache.get("a", make("a"));
  expect(await cache.get("a", make("a"))).toBe("a1");
  current = "a2";
  expect(await cache.get("a", make("a"))).toBe("a2");
});
