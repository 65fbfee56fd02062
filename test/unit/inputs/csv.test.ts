import { describe, expect, it } from "vitest";
import { InputError, OptionError } from "../../../src/errors.js";
import { type CsvOptions, csvForm, csvRecords } from "../../../src/inputs/csv.js";
import { recordStarts } from "../../../src/inputs/csv-borders.js";
import { partsOf } from "../../../src/inputs/split.js";
import type { ByteRange } from "../../../src/stores/store.js";
import { Random } from "../../mutated/random.js";
import { all, MemoryContent } from "../../support/items.js";

const inMemory = (text: string, chunkBytes?: () => number) => new MemoryContent(Buffer.from(text), chunkBytes);

function recordsIn(content: MemoryContent, range: ByteRange, options: CsvOptions = {}): Promise<unknown[]> {
  const head = () => content.read({ start: 0, end: content.size });
  const part = { name: "a.csv", isStart: range.start === 0 };
  return all(csvRecords(part, content.read(range), head, csvForm(options)));
}

async function splitRecords(content: MemoryContent, splitBytes: number, options?: CsvOptions): Promise<unknown[]> {
  const found = [];
  for (const { range } of await partsOf(content, { splitBytes, by: "csv" }, () => {}))
    found.push(...(await recordsIn(content, range ?? { start: 0, end: content.size }, options)));
  return found;
}

const FIELDS = ["", "a", "1.5", "é😀", 'say "hi"', "x,y", "two\nlines", "\r\n", '"', '""\n""', "\n\n\n", " "];
const quoted = (field: string) => (/["\r\n,]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

it(`the records of a file's parts are its records, wherever it is split (SEED=${SEED})`, async () => {
  const random = new Random(SEED);
  for (let i = 0; i < 300; i++) {
    const row = () => ["k", random.one(FIELDS), random.one(FIELDS)];
    const rows = Array.from({ length: 1 + random.integer(12) }, row);
    const end = random.one(["\n", "\r\n"]);
    const text = rows.map((fields) => fields.map(quoted).join(",")).join(end) + random.one(["", end]);
    const content = inMemory(text, () => 1 + random.integer(9));
    const splitBytes = 1 + random.integer(40);
    const found = await splitRecords(content, splitBytes, { header: false });
    expect(found, JSON.stringify({ text, splitBytes })).toEqual(rows);
  }
});

describe("records", () => {
  it("have the names of the file's first record, in each part", async () => {
    const content = inMemory('n,"te\nxt"\n1,a\n2,"b\nc"\n\n3,d\n');
    const expected = [
      { n: "1", "te\nxt": "a" },
      { n: "2", "te\nxt": "b\nc" },
      { n: "3", "te\nxt": "d" },
    ];
    for (const splitBytes of [1, 5, 12, 100]) expect(await splitRecords(content, splitBytes)).toEqual(expected);
  });

  it("are arrays, or have names of one's own, and other delimiters", async () => {
    const content = inMemory("\uFEFF1;a\r\n2;b");
    const range = { start: 0, end: content.size };
    expect(await recordsIn(content, range, { header: false, delimiter: ";" })).toEqual([
      ["1", "a"],
      ["2", "b"],
    ]);
    expect(await recordsIn(content, range, { header: ["n", "c"], delimiter: ";" })).toEqual([
      { n: "1", c: "a" },
      { n: "2", c: "b" },
    ]);
  });

  it("of an empty file are none", async () => {
    expect(await recordsIn(inMemory(""), { start: 0, end: 0 })).toEqual([]);
  });

  it.each([
    ["a,b\n1\n", /a\.csv is not CSV near line 2: .*delimiter: ";"/],
    ['a,b\n1,"x', /a\.csv is not CSV.*Quote Not Closed/],
    ["a,a\n1,2\n", /first record of a\.csv has the name "a" twice.*header: false/],
  ])("%j are refused", async (text, message) => {
    const content = inMemory(text);
    await expect(recordsIn(content, { start: 0, end: content.size })).rejects.toThrow(message);
  });

  it.each([{ header: "no" }, { header: ["a", "a"] }, { delimiter: "" }, { delimiter: '"' }, { quote: "'" }])(
    "with the options %j are refused",
    (options) => expect(() => csvForm(options as CsvOptions)).toThrow(OptionError),
  );
});

describe("borders between records", () => {
  it("of a file that ends within quotes are refused, with the place of the quote", async () => {
    const content = inMemory('a,b\n1,"x\n2,y\n');
    await expect(recordStarts(content, [4])).rejects.toThrow(InputError);
    await expect(recordStarts(content, [4])).rejects.toThrow("ends within the quotes that are opened at byte 6");
  });

  it("are the next beginnings, or the end", async () => {
    const content = inMemory('a\n"b\n\nb"\nc\n', () => 1);
    expect(await recordStarts(content, [1, 2, 3, 9, 10, 11])).toEqual([2, 2, 9, 9, 11, 11]);
  });
});
