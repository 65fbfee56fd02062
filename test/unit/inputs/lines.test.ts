import { describe, expect, it } from "vitest";
import { linesInRange } from "../../../src/inputs/lines-in-range.js";
import { lineBatches } from "../../../src/inputs/text.js";
import type { ByteRange } from "../../../src/stores/store.js";
import { Random } from "../../mutated/random.js";
import { all, linesOf, MemoryContent, randomRanges } from "../../support/items.js";

async function linesIn(content: MemoryContent, range: ByteRange): Promise<string[]> {
  const part = { name: "a", isStart: range.start === 0 };
  return (await all(lineBatches(part, linesInRange(content, range)))).flat();
}

const inMemory = (text: string, chunkBytes?: () => number) => new MemoryContent(Buffer.from(text), chunkBytes);

/** Ends of lines are frequent, and characters of each length in UTF-8, so that borders fall into both. */
const PIECES = ["\n", "\n", "\r\n", "\r", "a", "bc", " ", "é", "€", "😀", "\uFEFF", "\u2028", "\0", "long".repeat(20)];

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const TEXTS = 1500;

it(`the lines of a text's parts are its lines, wherever it is cut (SEED=${SEED})`, async () => {
  const random = new Random(SEED);
  for (let i = 0; i < TEXTS; i++) {
    const text = `x${Array.from({ length: random.integer(40) }, () => random.one(PIECES)).join("")}`.slice(
      random.integer(2),
    );
    const content = inMemory(text, () => 1 + random.integer(9));
    const ranges = randomRanges(content.size, random.integer(6), (end) => random.integer(end));
    const found = [];
    for (const range of ranges) found.push(...(await linesIn(content, range)));
    // A mark of the byte order is no text where the file begins.
    expect(found, JSON.stringify({ text, ranges })).toEqual(linesOf(text.replace(/^\uFEFF/, "")));
  }
});

describe("a part", () => {
  it.each<[string, ByteRange, string[]]>([
    ["ab\ncd\nef", { start: 0, end: 1 }, ["ab"]],
    ["ab\ncd\nef", { start: 1, end: 3 }, []],
    ["ab\ncd\nef", { start: 3, end: 4 }, ["cd"]],
    ["ab\ncd\nef", { start: 2, end: 7 }, ["cd", "ef"]],
    ["ab\r\ncd\r\n", { start: 0, end: 4 }, ["ab"]],
    ["ab\r\ncd\r\n", { start: 4, end: 8 }, ["cd"]],
    ["\n\n\n", { start: 1, end: 2 }, [""]],
    ["a\r", { start: 0, end: 2 }, ["a\r"]],
    ["", { start: 0, end: 0 }, []],
  ])("%j of %j has the lines that begin in it", async (text, range, expected) => {
    expect(await linesIn(inMemory(text), range)).toEqual(expected);
  });

  it("in the middle of a line reads no further than its own end and one more request", async () => {
    const content = inMemory(`${"x".repeat(10_000_000)}\n`, () => 1000);
    expect(await linesIn(content, { start: 1_000_000, end: 2_000_000 })).toEqual([]);
    expect(content.given).toBeLessThanOrEqual(1_000_000 + 1000);
  });

  it("reads little beyond its last line", async () => {
    const content = inMemory("0123456789\n".repeat(100_000), () => 100);
    expect(await linesIn(content, { start: 500_000, end: 500_011 })).toEqual(["0123456789"]);
    expect(content.given).toBeLessThanOrEqual(200);
  });

  it("has a line that is far longer than itself, as one", async () => {
    const line = "é".repeat(3_000_000);
    const content = inMemory(`a\n${line}\nb`, () => 50_000);
    expect((await linesIn(content, { start: 2, end: 12 })).map((text) => text === line)).toEqual([true]);
  });
});

it("text that is not UTF-8 is refused, and not changed", async () => {
  const latin = new MemoryContent(Buffer.from("caf\xe9\n", "latin1"));
  await expect(linesIn(latin, { start: 0, end: 5 })).rejects.toThrow(/is not text in UTF-8.*bytes\(\)/);
  const cutOff = new MemoryContent(Buffer.from("é").subarray(0, 1));
  await expect(linesIn(cutOff, { start: 0, end: 1 })).rejects.toThrow("is not text in UTF-8");
});
