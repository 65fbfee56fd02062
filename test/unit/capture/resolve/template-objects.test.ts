import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { callRebuilt } from "../round-trip.js";

/** A tag that gives the list of texts it was handed. */
const listOf = (texts: TemplateStringsArray, ..._values: unknown[]): TemplateStringsArray => texts;

describe("the list of texts of a tagged template", () => {
  it("is refused where the code makes that template, in a collection or a variable", () => {
    const greet = () => listOf`hello\n`;
    const seen = new Set([greet()]);
    expect(() => capture(() => seen.has(greet()))).toThrow(/seen\.values\(\).*tagged template/s);
    const first = greet();
    expect(() => capture(() => first === greet())).toThrow(/first/);
  });

  it("is refused where the code makes that template, as a key of a weak collection that nothing else leads to", () => {
    const times = new WeakMap<object, number>();
    const count = (texts: TemplateStringsArray) => times.set(texts, (times.get(texts) ?? 0) + 1).get(texts);
    const again = () => count`again`;
    again();
    expect(() => capture(() => again())).toThrow(/times.*tagged template/s);
    const known = new WeakSet<object>();
    const isKnown = (texts: TemplateStringsArray) => known.has(texts) || !known.add(texts);
    const once = () => isKnown`once`;
    once();
    expect(() => capture(() => once())).toThrow(/known.*tagged template/s);
    expect(() => capture(() => [times.has({}), known.has({})])).not.toThrow();
  });

  it("travels where no code makes it, as a list that was frozen", async () => {
    const first = listOf`a${1}b`;
    expect(await callRebuilt(() => [first.length, first.raw[1], Object.isFrozen(first)])).toEqual([2, "b", true]);
    expect(await callRebuilt(() => [first[0], listOf`other`[0]])).toEqual(["a", "other"]);
  });
});
