/** What holds for folders as stores beyond the contract: crashes, staging, temporary folders, and disks that fail. */
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStore, StoreError } from "nodewren";
import { describe, expect, it } from "vitest";
import { openStore } from "../../../../src/stores/open.js";
import { keysOf } from "../../../contract/store-contract.js";
import { makeReadOnly, mayMount, newDisk } from "../../../support/disks.js";
import { newFolder } from "../../../support/folders.js";
import { runScript } from "../../../support/scripts.js";
import { until } from "../../../support/until.js";

const MIB = 1024 * 1024;

async function storeErrorOf(action: Promise<unknown>): Promise<StoreError> {
  const error = await action.then(
    () => new Error("succeeded"),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(StoreError);
  return error;
}

function stagedIn(folder: string): string[] {
  const staging = join(folder, ".staging");
  return existsSync(staging) ? readdirSync(staging) : [];
}

function stagedBytes(folder: string): number {
  return stagedIn(folder).reduce((sum, name) => sum + statSync(join(folder, ".staging", name)).size, 0);
}

describe("a writer killed in mid-write", () => {
  it("leaves no object, and the key can be stored afterwards", async () => {
    const folder = newFolder();
    const pieces = 400;
    const script = runScript(`
      import { FileStore } from "nodewren";
      const body = Array(${pieces}).fill(new Uint8Array(${MIB}).fill(7));
      await new FileStore(${JSON.stringify(folder)}).putIfAbsent("a/key", body);
      console.log("too late");
    `);
    await until(() => stagedBytes(folder) > 0);
    script.child.kill("SIGKILL");
    const { signal, stdout } = await script.ended;
    expect([signal, stdout]).toEqual(["SIGKILL", ""]);
    expect(stagedBytes(folder)).toBeLessThan(pieces * MIB);
    const store = new FileStore(folder);
    expect(await store.get("a/key")).toBeUndefined();
    expect(await keysOf(store, "")).toEqual([]);
    expect(await store.putIfAbsent("a/key", new Uint8Array(3))).toBe(true);
    expect((await store.get("a/key"))?.byteLength).toBe(3);
  });
});

describe("staging files", () => {
  it("are neither listed nor readable, and no key can be among them", async () => {
    const folder = newFolder();
    const store = new FileStore(folder);
    await store.put("key", new Uint8Array(1));
    writeFileSync(join(folder, ".staging", "left-behind"), "x");
    for (const prefix of ["", ".", ".s", ".staging"])
      expect(await keysOf(store, prefix)).not.toContain(".staging/left-behind");
    await storeErrorOf(store.get(".staging/left-behind"));
    await storeErrorOf(store.put(".staging/mine", new Uint8Array(1)));
    await storeErrorOf(store.putIfAbsent(".staging/mine", new Uint8Array(1)));
    await storeErrorOf(store.delete(".staging/left-behind"));
  });

  it("are gone once the object is there, or was there before", async () => {
    const folder = newFolder();
    const store = new FileStore(folder);
    for (const bytes of [10, 200_000]) {
      await store.put("key", new Uint8Array(bytes));
      await store.putIfAbsent("key", new Uint8Array(bytes));
    }
    expect(stagedIn(folder)).toEqual([]);
  });

  it("may lie below a folder of a key, where the name means nothing", async () => {
    const store = new FileStore(newFolder());
    await store.put("a/.staging/b", new Uint8Array(1));
    expect(await keysOf(store, "")).toEqual(["a/.staging/b"]);
  });
});

describe("list", () => {
  it.each(["../", "..", "/", "a//", ".staging/", "a/../"])(
    "finds nothing below %j, which no key starts with",
    async (prefix) => {
      const parent = newFolder();
      const store = new FileStore(join(parent, "store"));
      writeFileSync(join(parent, "secret"), "x");
      await store.put("a/b", new Uint8Array(1));
      writeFileSync(join(parent, "store", ".staging", "left-behind"), "x");
      const keys = await keysOf(store, prefix).catch(() => []);
      expect(keys).toEqual([]);
    },
  );
});

describe("folders", () => {
  it("that are given stay after close()", async () => {
    const folder = newFolder();
    const store = new FileStore(folder);
    await store.put("key", new Uint8Array(1));
    await store.close();
    expect(readFileSync(join(folder, "key")).byteLength).toBe(1);
  });

  it("that are temporary are this user's only, and gone after close()", async () => {
    const store = FileStore.temporary();
    await store.put("a/key", new Uint8Array(1));
    expect(statSync(store.folder).mode & 0o777).toBe(0o700);
    expect(store.folder.startsWith(tmpdir())).toBe(true);
    await store.close();
    await store.close();
    expect(existsSync(store.folder)).toBe(false);
  });

  it.each([
    ["ends by itself", ""],
    ["exits", "process.exit(0);"],
    ["throws", 'throw new Error("uncaught");'],
  ])("that are temporary are gone when the process %s without close()", async (_how, ending) => {
    const { stdout } = await runScript(`
      import { FileStore } from "nodewren";
      const store = FileStore.temporary();
      await store.put("a/key", new Uint8Array(1));
      console.log(store.folder);
      ${ending}
    `).ended;
    expect(stdout.trim()).toContain("nodewren-");
    expect(existsSync(stdout.trim())).toBe(false);
  });

  it("opened anew by a worker are never taken for its own temporary ones", async () => {
    const folder = newFolder();
    const store = new FileStore(folder);
    await store.put("key", new Uint8Array(1));
    expect(store.descriptor).toEqual({ kind: "file", folder, temporary: false, shared: false });
  });
});

describe.skipIf(process.platform === "win32")("what a store makes", () => {
  const modeOf = (path: string) => statSync(path).mode & 0o777;
  async function modes(options: { shared?: boolean }) {
    const folder = join(newFolder(), "runs");
    const store = new FileStore(folder, options);
    await store.put("jobs/small", new Uint8Array(1));
    await store.putIfAbsent("jobs/large", new Uint8Array(100_000));
    return ["", "jobs", "jobs/small", "jobs/large"].map((path) => modeOf(join(folder, path)).toString(8));
  }

  it("is this user's alone", async () => {
    expect(await modes({})).toEqual(["700", "700", "600", "600"]);
  });

  it("is what the process lets others have, when that is asked for, on workers as well", async () => {
    const umask = process.umask();
    const [folder, file] = [(0o777 & ~umask).toString(8), (0o666 & ~umask).toString(8)];
    expect(await modes({ shared: true })).toEqual([folder, folder, file, file]);
    const store = new FileStore(newFolder(), { shared: true });
    expect(((await openStore(store.descriptor)) as FileStore).shared).toBe(true);
  });
});

describe("errors", () => {
  it("where a file stands in the place of the folder", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "x");
    const store = new FileStore(file);
    for (const act of [() => store.put("key", new Uint8Array(1)), () => store.putIfAbsent("key", new Uint8Array(1))]) {
      const error = await storeErrorOf(act());
      expect(error).toMatchObject({ code: "STORE", key: "key" });
      expect(error.message).toContain(file);
      expect(error.message).toMatch(/ENOTDIR.*folder/);
      expect(error.cause).toMatchObject({ code: "ENOTDIR" });
    }
  });

  it("names a segment that is too long for the file system", async () => {
    const store = new FileStore(newFolder());
    const error = await storeErrorOf(store.put(`a/${"x".repeat(300)}`, new Uint8Array(1)));
    expect(error.message).toMatch(/ENAMETOOLONG.*255/);
  });

  it("does not say of a key that is a folder that it exists already", async () => {
    const store = new FileStore(newFolder());
    await store.put("a/b", new Uint8Array(1));
    const error = await storeErrorOf(store.putIfAbsent("a", new Uint8Array(1)));
    expect(error.key).toBe("a");
  });

  it.skipIf(!mayMount)("of a read-only disk", async () => {
    const disk = newDisk(1024);
    const store = new FileStore(disk);
    await store.put("old", new Uint8Array(5));
    makeReadOnly(disk);
    for (const act of [
      () => store.put("old", new Uint8Array(1)),
      () => store.putIfAbsent("new", new Uint8Array(1)),
      () => store.putIfAbsent("new/deep", new Uint8Array(100_000)),
      () => store.delete("old"),
    ])
      expect((await storeErrorOf(act())).message).toMatch(/EROFS.*folder that can be written/);
    expect((await store.get("old"))?.byteLength).toBe(5);
    expect(await keysOf(store, "")).toEqual(["old"]);
  });

  it.skipIf(!mayMount).each([
    ["in one write", [new Uint8Array(40_000)]],
    ["in many writes", [new Uint8Array(2 * MIB)]],
    ["in pieces", Array.from({ length: 30 }, () => new Uint8Array(100_000))],
  ])("of a full disk, %s: nothing stays of the body", async (_way, body) => {
    const disk = newDisk(64);
    const store = new FileStore(disk);
    await store.put("filler", new Uint8Array(32 * 1024));
    for (const act of [() => store.put("key", body), () => store.putIfAbsent("key", body)]) {
      const error = await storeErrorOf(act());
      expect(error).toMatchObject({ code: "STORE", key: "key", cause: { code: "ENOSPC" } });
      expect(error.message).toMatch(/Cannot write key in .*ENOSPC.*Free some space/);
    }
    expect(stagedIn(disk)).toEqual([]);
    expect(await store.get("key")).toBeUndefined();
    await store.delete("filler");
    await store.put("key", new Uint8Array(20_000));
    expect((await store.get("key"))?.byteLength).toBe(20_000);
  });

  it.skipIf(process.getuid?.() !== 0)("of a folder that belongs to someone else", async () => {
    const folder = newFolder();
    await new FileStore(folder).put("key", new Uint8Array(1));
    chmodSync(folder, 0o755);
    const nobody = 65534;
    const script = `
      import { FileStore } from "nodewren";
      const store = new FileStore(${JSON.stringify(folder)});
      const seen = [];
      for (const act of [() => store.put("a", new Uint8Array(1)), () => store.putIfAbsent("b/c", new Uint8Array(1)), () => store.delete("key")])
        seen.push(await act().then(() => "succeeded", ({ code, key, message }) => ({ code, key, message })));
      console.log(JSON.stringify(seen));
    `;
    const { stdout, stderr } = await runScript(script, { uid: nobody, gid: nobody }).ended;
    expect(stderr).toBe("");
    for (const [i, key] of ["a", "b/c", "key"].entries())
      expect(JSON.parse(stdout)[i]).toEqual({ code: "STORE", key, message: expect.stringMatching(/EACCES|EPERM/) });
  });
});
