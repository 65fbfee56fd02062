import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type FilesOptions, files, InputError, type InputItem, OptionError } from "nodewren";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { newFolder } from "../../support/folders.js";
import { all } from "../../support/items.js";
import { canListProcesses, openDescriptors } from "../../support/processes.js";
import { until } from "../../support/until.js";

/** User id of nobody, on Linux. */
const NOBODY = 65534;

function newFiles(contents: Record<string, string | Uint8Array>): string {
  const folder = newFolder();
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const keysOf = async (globs: string | string[], options: FilesOptions) =>
  (await all(files(globs, options))).map(({ key }) => key);

const only = async (globs: string, options: FilesOptions) => (await all(files(globs, options)))[0] as InputItem;

function heardWarnings(): string[] {
  const warnings: string[] = [];
  const emit = vi.spyOn(process, "emitWarning").mockImplementation((text) => void warnings.push(String(text)));
  onTestFinished(() => emit.mockRestore());
  return warnings;
}

describe("listing", () => {
  it("is in the order of the globs and of the paths, each file once", async () => {
    const cwd = newFiles({ "b.txt": "", "a.txt": "", "c/d.txt": "", "c/.hidden.txt": "", "c/e.csv": "" });
    expect(await keysOf("**/*.txt", { cwd })).toEqual(["a.txt", "b.txt", "c/d.txt"]);
    expect(await keysOf(["c/*", "*.txt", "c/e.csv"], { cwd })).toEqual(["c/d.txt", "c/e.csv", "a.txt", "b.txt"]);
    expect(await keysOf(["**", "!c/**"], { cwd })).toEqual(["a.txt", "b.txt"]);
    expect(await keysOf("c/*.txt", { cwd, dot: true })).toEqual(["c/.hidden.txt", "c/d.txt"]);
    expect(await keysOf(join(cwd, "c/*.csv"), {})).toEqual([join(cwd, "c/e.csv")]);
  });

  it("takes a name as it is where there is such a file", async () => {
    const cwd = newFiles({ "[id].txt": "", "i.txt": "" });
    expect(await keysOf("[id].txt", { cwd })).toEqual(["[id].txt"]);
    expect(await keysOf("[i].txt", { cwd })).toEqual(["i.txt"]);
  });

  it.each([
    [["a.txt", "*.csv"], /no file for the glob "\*\.csv"/],
    [["a.txt", "!a.txt"], /no file for the glob "a\.txt"/],
    ["sub", /sub is a folder.*"sub\/\*\*"/],
    ["nowhere/*", /no file for the glob "nowhere\/\*"/],
  ])("of %j is refused", async (globs, message) => {
    const cwd = newFiles({ "a.txt": "", "sub/b.txt": "" });
    const listing = all(files(globs, { cwd }));
    await expect(listing).rejects.toThrow(OptionError);
    await expect(listing).rejects.toThrow(message);
  });

  it("passes over no folder that it cannot read", async () => {
    const cwd = newFiles({ "a.txt": "", "closed/b.txt": "" });
    chmodSync(cwd, 0o755);
    chmodSync(join(cwd, "closed"), 0);
    // Root may read everything.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      const listing = all(files("**", { cwd }));
      await expect(listing).rejects.toThrow(InputError);
      await expect(listing).rejects.toThrow(/cannot read a folder: .*EACCES.*closed/);
      expect(await keysOf("*.txt", { cwd })).toEqual(["a.txt"]);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(join(cwd, "closed"), 0o755);
    }
  });

  it.each<[unknown, unknown]>([
    ["", {}],
    [[], {}],
    [["!a"], {}],
    [7, {}],
    ["a", { splitBytes: 0 }],
    ["a", { splitBytes: 1, splitCount: 1 }],
    ["a", { by: "line" }],
    ["a", { splitBytes: 1, by: "word" }],
    ["a", { glob: true }],
    ["a", { cwd: 1 }],
  ])("refuses %j with %j at once", (globs, options) => {
    expect(() => files(globs as string, options as FilesOptions)).toThrow(OptionError);
  });
});

describe("an item", () => {
  it("is read in each form", async () => {
    const cwd = newFiles({ "a.json": '{"n":1}', "a.jsonl": '{"n":1}\n\n[2]\n', "a.txt": "é\nb", empty: "" });
    const text = await only("a.txt", { cwd });
    expect([text.key, text.size, text.range]).toEqual(["a.txt", 4, undefined]);
    expect(await text.text()).toBe("é\nb");
    expect(await text.bytes()).toEqual(new Uint8Array(Buffer.from("é\nb")));
    expect(await all(text.lines())).toEqual(["é", "b"]);
    expect(Buffer.concat(await all(text.stream()))).toEqual(Buffer.from("é\nb"));
    expect(await (await only("a.json", { cwd })).json()).toEqual({ n: 1 });
    expect(await all((await only("a.jsonl", { cwd })).jsonLines())).toEqual([{ n: 1 }, [2]]);
    const empty = await only("empty", { cwd, splitCount: 5 });
    expect([await empty.text(), await all(empty.lines()), await all(empty.csv())]).toEqual(["", [], []]);
    await expect(empty.json()).rejects.toThrow("empty is empty, which is no JSON");
  });

  it("says where it is not JSON", async () => {
    const cwd = newFiles({ "a.jsonl": "1\n{\n" });
    await expect((await only("a.jsonl", { cwd })).json()).rejects.toThrow(/^a\.jsonl is not JSON: /);
    await expect(all((await only("a.jsonl", { cwd })).jsonLines())).rejects.toThrow("not JSON at line 2:");
    await expect((await only("a.jsonl", { cwd, splitCount: 2 })).json()).rejects.toThrow("call jsonLines()");
  });

  it("that was changed, or is gone, is refused", async () => {
    const cwd = newFiles({ "a.txt": "one", "b.txt": "one", "c.txt": "one", "d.txt": "one" });
    const [a, b, c, d] = (await all(files("*", { cwd }))) as [InputItem, InputItem, InputItem, InputItem];
    appendFileSync(join(cwd, "a.txt"), "more");
    writeFileSync(join(cwd, "b.txt"), "two");
    utimesSync(join(cwd, "b.txt"), 1, 1);
    rmSync(join(cwd, "c.txt"));
    await expect(a.text()).rejects.toThrow(InputError);
    await expect(a.text()).rejects.toThrow("was changed after it was listed");
    await expect(all(b.lines())).rejects.toThrow("was changed after it was listed");
    await expect(c.bytes()).rejects.toThrow("c.txt is gone");
    expect(await d.text()).toBe("one");
  });

  it.runIf(canListProcesses)("that is read no further leaves nothing open", async () => {
    const cwd = newFiles({ "a.txt": "line\n".repeat(200_000) });
    const item = await only("a.txt", { cwd });
    for await (const _ of item.lines()) break;
    for await (const _ of item.csv({ header: false })) break;
    expect(openDescriptors()).not.toEqual([]);
    await until(() => !openDescriptors().some((path) => path.startsWith(cwd)), 10_000);
  });

  it("gives lines in order to those who ask for several at once", async () => {
    const cwd = newFiles({ "a.txt": "1\n2\n3" });
    const lines = (await only("a.txt", { cwd })).lines();
    const asked = await Promise.all([lines.next(), lines.next(), lines.next(), lines.next()]);
    expect(asked.map(({ value }) => value)).toEqual(["1", "2", "3", undefined]);
    const again = (await only("a.txt", { cwd })).lines();
    const [first, second] = [again.next(), again.next()];
    await first;
    const third = again.next();
    expect([(await second).value, (await third).value]).toEqual(["2", "3"]);
  });
});

describe("parts", () => {
  it("have at most the given bytes, or are of the given number", async () => {
    const cwd = newFiles({ a: "x".repeat(10), b: "" });
    const sizes = async (options: FilesOptions) =>
      (await all(files("*", { cwd, ...options }))).map(({ range }) => range && range.end - range.start);
    expect(await sizes({ splitBytes: 4 })).toEqual([3, 3, 4, undefined]);
    expect(await sizes({ splitBytes: 10 })).toEqual([undefined, undefined]);
    expect(await sizes({ splitCount: 2 })).toEqual([5, 5, undefined]);
    expect(await sizes({ splitCount: 99 })).toEqual([...new Array(10).fill(1), undefined]);
  });

  it("by bytes are exactly these", async () => {
    const cwd = newFiles({ a: "é\nb" });
    const parts = await all(files("a", { cwd, splitBytes: 1, by: "bytes" }));
    expect(Buffer.concat(await Promise.all(parts.map((part) => part.bytes())))).toEqual(Buffer.from("é\nb"));
    await expect(parts[0]?.text()).rejects.toThrow('split by: "bytes"');
  });

  it("of a file with a line of 200 MB have that line once", async () => {
    const cwd = newFolder();
    const [megabytes, block] = [200, Buffer.alloc(2 ** 20, "x")];
    const file = openSync(join(cwd, "long.txt"), "w");
    writeSync(file, "first\n");
    for (let i = 0; i < megabytes; i++) writeSync(file, block);
    writeSync(file, "\nlast");
    closeSync(file);
    const lengths = [];
    for await (const part of files("long.txt", { cwd, splitBytes: 64 * 2 ** 20 }))
      lengths.push((await all(part.lines())).map(({ length }) => length));
    expect(lengths).toEqual([[5, megabytes * 2 ** 20], [], [], [4]]);
  });
});

describe("a file that gzip has compressed", () => {
  const text = "line\n".repeat(1000);

  it("is unpacked, and one input, with one warning", async () => {
    const warnings = heardWarnings();
    const cwd = newFiles({ "a.gz": gzipSync(text), "b.txt": gzipSync(text), "c.gz": "no gzip" });
    const items = await all(files("*", { cwd, splitBytes: 10, by: "line" }));
    expect(items.filter(({ range }) => !range).map(({ key }) => key)).toEqual(["a.gz", "b.txt", "c.gz"]);
    expect(await Promise.all(items.map((item) => item.text()))).toEqual([text, text, "no gzip"]);
    expect(warnings).toEqual([expect.stringMatching(/^a\.gz is compressed by gzip.*not split/)]);
  });

  it("may be of several members", async () => {
    const cwd = newFiles({ a: Buffer.concat([gzipSync("one\n"), gzipSync("two\n")]) });
    expect(await all((await only("a", { cwd })).lines())).toEqual(["one", "two"]);
  });

  it("is left as it is, and split by bytes, when that is asked for", async () => {
    const packed = gzipSync(text);
    const cwd = newFiles({ a: packed });
    const parts = await all(files("a", { cwd, splitCount: 3, by: "bytes", decompress: false }));
    expect(parts).toHaveLength(3);
    expect(Buffer.concat(await Promise.all(parts.map((part) => part.bytes())))).toEqual(packed);
  });

  it("and damaged is refused", async () => {
    const packed = gzipSync(text);
    const cwd = newFiles({ short: packed.subarray(0, packed.byteLength - 9), wrong: Buffer.from([0x1f, 0x8b, 1, 2]) });
    for (const name of ["short", "wrong"])
      await expect((await only(name, { cwd })).text()).rejects.toThrow(/cannot be unpacked.*decompress: false/);
  });
});
