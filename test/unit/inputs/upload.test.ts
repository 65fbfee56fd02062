import { appendFileSync, closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OptionError } from "../../../src/errors.js";
import type { InputItem } from "../../../src/inputs/item.js";
import { OpenBuckets } from "../../../src/inputs/object-content.js";
import type { FilesOptions } from "../../../src/inputs/options.js";
import { uploadFiles } from "../../../src/inputs/upload.js";
import { newFolder } from "../../support/folders.js";
import { all } from "../../support/items.js";
import { MemoryStore } from "../../support/memory-store.js";

function upload(store: MemoryStore, globs: string, options: FilesOptions): Promise<InputItem[]> {
  return uploadFiles(globs, options, store, { buckets: new OpenBuckets(), store });
}

describe("upload", () => {
  it("stores equal bytes once, by their digest, and items no longer need the files", async () => {
    const store = new MemoryStore();
    const cwd = newFolder();
    writeFileSync(join(cwd, "a.txt"), "one\ntwo\n");
    writeFileSync(join(cwd, "b.txt"), "one\ntwo\n");
    writeFileSync(join(cwd, "c.txt"), "");
    const items = await upload(store, "*.txt", { cwd, splitCount: 2 });
    expect([...store.objects.keys()]).toEqual([expect.stringMatching(/^uploads\/[0-9a-f]{64}$/)]);
    appendFileSync(join(cwd, "a.txt"), "changed");
    expect(items.map(({ key, range }) => [key, range?.start])).toEqual([
      ["a.txt", 0],
      ["a.txt", 4],
      ["b.txt", 0],
      ["b.txt", 4],
      ["c.txt", undefined],
    ]);
    expect(await Promise.all(items.map((item) => item.text()))).toEqual(["one\n", "two\n", "one\n", "two\n", ""]);
  });

  it("stores large files in blocks, and sends nothing twice", async () => {
    const cwd = newFolder();
    const line = `${"x".repeat(1023)}\n`;
    const lines = 40 * 1024;
    const file = openSync(join(cwd, "large"), "w");
    for (let i = 0; i < lines; i += 1024) writeSync(file, `${i}${line.slice(String(i).length)}${line.repeat(1023)}`);
    closeSync(file);
    const store = new MemoryStore();
    const items = await upload(store, "large", { cwd, splitBytes: 15 * 2 ** 20 });
    expect(store.objects.size).toBe(3);
    const found = (await Promise.all(items.map((item) => all(item.lines())))).flat();
    expect(found).toHaveLength(lines);
    expect(found[20 * 1024]).toBe(`20480${line.slice(5, -1)}`);
    store.putIfAbsent = async (key) => {
      throw new Error(`${key} was sent again`);
    };
    await upload(store, "large", { cwd });
  });

  it("whose bytes were removed from the store are missed by name", async () => {
    const store = new MemoryStore();
    const cwd = newFolder();
    writeFileSync(join(cwd, "a.txt"), "one");
    const [item] = (await upload(store, "a.txt", { cwd })) as [InputItem];
    store.objects.clear();
    await expect(item.text()).rejects.toThrow(/uploads\/.*a part of a\.txt.*executor\.upload\(\)/);
  });

  it("of nothing is refused", async () => {
    await expect(upload(new MemoryStore(), "nothing*", { cwd: newFolder() })).rejects.toThrow(OptionError);
    await expect(upload(new MemoryStore(), "a", { splitBytes: -1 })).rejects.toThrow(/of executor\.upload\(\)/);
  });
});
