import { describe, expect, it } from "vitest";
import { KeptText } from "../../../src/wire/kept-output.js";

const HALF = 32 * 1024;

function kept(...texts: string[]): string {
  const text = new KeptText();
  for (const one of texts) text.add(one);
  return text.text;
}

describe("what is kept of an output", () => {
  it("is all of it, up to 64 Ki characters, however it is written", () => {
    const all = "ab".repeat(HALF);
    expect(kept(all)).toBe(all);
    expect(kept(...(all.match(/.{1,1000}/g) ?? []))).toBe(all);
    expect(kept()).toBe("");
  });

  it("of more is the head and the tail, with the number of characters between them", () => {
    const [head, tail] = ["a".repeat(HALF), "z".repeat(HALF)];
    const expected = `${head}\n[nodewren: 1000 characters of the output were left out here]\n${tail}`;
    expect(kept(head + "-".repeat(1000) + tail)).toBe(expected);
    expect(kept(head, "-".repeat(999), "-", ...(tail.match(/.{1,7}/g) ?? []))).toBe(expected);
  });
});
