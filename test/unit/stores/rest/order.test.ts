import fc from "fast-check";
import { expect, it } from "vitest";
import { compareKeys } from "../../../../src/stores/keys.js";
import { byBytes } from "../../../../src/stores/rest/order.js";

async function* entriesOf(keys: readonly string[]) {
  for (const key of keys) yield { key, bytes: 1 };
}

const keyLists = fc.array(fc.string({ unit: fc.constantFrom("a", "z", "é", "\ud7ff", "\uffee", "😀", "𝒶") }));

it.each([
  ["UTF-16 units", (a: string, b: string) => (a < b ? -1 : Number(a > b))],
  ["bytes", compareKeys],
])("lists in the order of %s come in that of bytes", async (_, compare) => {
  await fc.assert(
    fc.asyncProperty(keyLists, async (keys) => {
      const found: string[] = [];
      for await (const { key } of byBytes(entriesOf([...keys].sort(compare)))) found.push(key);
      expect(found).toEqual([...keys].sort(compareKeys));
    }),
  );
});

it("what needs no order of ours is not held", async () => {
  const seen: string[] = [];
  const source = async function* () {
    for (const key of ["a", "b", "c"]) {
      seen.push(key);
      yield { key, bytes: 1 };
    }
  };
  for await (const { key } of byBytes(source())) {
    expect(seen.at(-1)).toBe(key);
  }
});
