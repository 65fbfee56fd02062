import { expect, it } from "vitest";
import { CountedStore } from "../../../src/stores/counted.js";
import { MemoryStore } from "../../support/memory-store.js";

it("counts each request, each thousand keys of a list, and the bytes that were read", async () => {
  const store = new CountedStore(new MemoryStore());
  for (let i = 0; i < 1001; i++) await store.putIfAbsent(`a/${i}`, new Uint8Array(3));
  await store.put("b", new Uint8Array(10));
  await store.get("b");
  await store.get("b", { start: 2, end: 4 });
  await store.get("none");
  for await (const _ of store.list("a/"));
  for await (const _ of store.list("c/"));
  await store.delete("b");
  expect(store.requests).toEqual({ reads: 3, writes: 1002, lists: 3 });
  expect(store.bytesRead).toBe(12);
});
