/**
 * Where results are kept, and what becomes of them: on this machine, from process to process.
 *
 * @module-tag long
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileStore } from "nodewren";
import { describe, expect, it } from "vitest";
import { nodewren } from "../support/cli.js";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { KILLED_AT, killedJob, runsOf } from "../support/killed-host.js";
import { MemoryStore } from "../support/memory-store.js";
import { root, runNode } from "../support/run-script.js";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** A script that maps with `cache: true`, in a folder of its own, where "nodewren" is the built package. */
function scriptIn(folder: string): string {
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules", "nodewren"));
  const file = join(folder, "script.mjs");
  const text = `
    import { Executor } from "nodewren";
    const factor = Number(process.argv[2]);
    const executor = new Executor({ progress: false, workers: 1 });
    const job = executor.map((x) => [x * factor, Date.now()], [1, 2, 3, 4], { cache: true });
    const values = await job;
    const { calls, cacheHits } = job.report();
    console.log(JSON.stringify({ products: values.map(([product]) => product), calls, cacheHits }));
    // What is known is kept: nothing of it depends on how the process ends.
    process.exit();
  `;
  writeFileSync(file, text);
  return file;
}

async function run(file: string, factor: number, cacheHome: string) {
  const { stdout, stderr } = await runNode([file, String(factor)], {
    cwd: join(file, ".."),
    env: { XDG_CACHE_HOME: cacheHome },
  });
  return { told: stderr, ...(JSON.parse(stdout) as { products: number[]; calls: number; cacheHits: number }) };
}

/** Paths of all files and folders below, with their modes. */
function modesBelow(folder: string): [string, number][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => [
    name,
    statSync(join(folder, name)).mode & 0o777,
  ]);
}

describe("without a store", () => {
  it("results lie in this user's cache folder, for nobody else, and other processes and copies of the script find them", async () => {
    const home = newFolder();
    const file = scriptIn(newFolder());
    const first = await run(file, 3, home);
    expect(first).toMatchObject({ products: [3, 6, 9, 12], calls: 4, cacheHits: 0 });
    expect(first.told).toContain("reads the clock (Date.now). With the option cache, a call that ran once gives");
    const moved = scriptIn(join(newFolder(), "elsewhere"));
    expect(await run(moved, 3, home)).toMatchObject({ products: [3, 6, 9, 12], calls: 0, cacheHits: 4 });
    expect(await run(file, 4, home)).toMatchObject({ products: [4, 8, 12, 16], calls: 4 });
    const modes = modesBelow(home);
    expect(modes.filter(([name]) => /^nodewren\/cache\/[0-9a-f]{64}\/[0-9a-f-]+$/.test(name))).toHaveLength(2);
    for (const [name, mode] of modes)
      expect([name, mode]).toEqual([name, statSync(join(home, name)).isDirectory() ? 0o700 : 0o600]);

    const folder = newFolder();
    const listed = await nodewren(folder, ["cache", "list"], { XDG_CACHE_HOME: home });
    expect(listed.stdout).toMatch(/^FUNCTION +RESULTS +SIZE +OLDEST +NEWEST +RECIPE\n\(anonymous\) +4 +\d+ B +\d+ s/);
    const data = JSON.parse((await nodewren(folder, ["cache", "list", "--json"], { XDG_CACHE_HOME: home })).stdout);
    expect(data).toMatchObject([{ results: 4, objects: 1, functionName: "" }, { results: 4 }]);
    const asked = await nodewren(folder, ["cache", "clean"], { XDG_CACHE_HOME: home });
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining("This removes 8 kept results") });
    const none = await nodewren(folder, ["cache", "clean", "--older-than", "1h"], { XDG_CACHE_HOME: home });
    expect(none.stdout).toBe("Removed 0 kept results: 0 objects, 0 B.\n");
    const cleaned = await nodewren(folder, ["cache", "clean", "--yes", "--json"], { XDG_CACHE_HOME: home });
    expect(JSON.parse(cleaned.stdout)).toMatchObject({ results: 8, objects: 2 });
    expect((await nodewren(folder, ["cache", "list"], { XDG_CACHE_HOME: home })).stdout).toBe("No results are kept.\n");
  });

  it("a folder that others may write to is refused", async () => {
    const home = newFolder();
    mkdirSync(join(home, "nodewren"));
    // Not by mkdir, whose mode is masked.
    chmodSync(join(home, "nodewren"), 0o770);
    const listed = await nodewren(newFolder(), ["cache", "list"], { XDG_CACHE_HOME: home });
    expect(listed).toMatchObject({ code: 1, stderr: expect.stringContaining("other users may write there") });
  });
});

describe("with a store of its own", () => {
  it("a cache may be any store, asked a handful of times for ten thousand calls", async () => {
    const cache = new MemoryStore();
    const executor = newExecutor();
    const fn = (x: number) => x + 1;
    expect(await executor.map(fn, range(10_000), { cache })).toEqual(range(10_000).map(fn));
    await executor.close();
    let requests = 0;
    for (const name of ["get", "list"] as const) {
      const method = cache[name].bind(cache) as (...given: never[]) => never;
      const counted = (...given: never[]) => {
        requests++;
        return method(...given);
      };
      Object.assign(cache, { [name]: counted });
    }
    const again = newExecutor().map(fn, range(10_000), { cache: { store: cache } });
    expect(await again).toEqual(range(10_000).map(fn));
    expect(again.report()).toMatchObject({ calls: 0, cacheHits: 10_000 });
    expect(requests).toBeLessThanOrEqual(3 * cache.objects.size + 1);
    expect(cache.objects.size).toBeLessThan(20);
  });

  it("what is damaged runs again, and is kept anew", async () => {
    const folder = newFolder();
    const cache = new FileStore(folder);
    const fn = (x: number) => `value ${x}`;
    await newExecutor().map(fn, range(20), { cache, shards: 1, speculate: false });
    const [name] = readdirSync(join(folder, "cache"), { recursive: true, encoding: "utf8" }).filter((one) =>
      one.includes("/"),
    );
    const file = join(folder, "cache", name as string);
    const bytes = readFileSync(file);
    // In the value of call 7, of which each takes nine bytes or ten, behind the head.
    const at = bytes.indexOf("value 7");
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(file, bytes);
    const job = newExecutor().map(fn, range(20), { cache, speculate: false });
    expect(await job).toEqual(range(20).map(fn));
    expect(job.report()).toMatchObject({ calls: 1, cacheHits: 19 });
    const again = newExecutor().map(fn, range(20), { cache, speculate: false });
    expect(await again).toEqual(range(20).map(fn));
    expect(again.report()).toMatchObject({ calls: 0, cacheHits: 20 });
  });

  it("a cache that cannot be written or read ends no job", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    const cache = new FileStore(join(folder, "file", "below"));
    expect(await newExecutor().map((x: number) => -x, [1, 2], { cache })).toEqual([-1, -2]);
  });

  it("bad options are refused before anything is done", () => {
    const executor = newExecutor();
    const fn = (x: number) => x;
    expect(() => executor.map(fn, [1], { cache: { maxAgeMs: -1 } })).toThrow(/Option maxAgeMs of cache must be/);
    expect(() => executor.map(fn, [1], { cache: { maxBytes: 1.5 } })).toThrow(/Option maxBytes of cache must be/);
    expect(() => executor.map(fn, [1], { cache: { size: 1 } as never })).toThrow(/cache has no option size/);
    expect(() => executor.map(fn, [1], { cache: "ftp://host" })).toThrow(/store/);
    expect(() => executor.map(fn, [1], { cache: 1 as never })).toThrow(/Option cache of map\(\) must be true, false/);
  });
});

describe("a cached job whose host was killed", () => {
  it("has kept what was done, and who resumes it keeps the rest", async () => {
    const store = join(newFolder(), "store");
    const executor = `new Executor({ workers: 1, progress: false, store: new FileStore(${JSON.stringify(store)}) })`;
    const killed = await killedJob({ executor, options: ", cache: true", env: { GREETING: "hello" } });
    const other = newExecutor({ store: new FileStore(store), env: { GREETING: "hello" }, workers: 1 });
    await other.attach(killed.jobId, { resume: true }).settled();
    expect(runsOf(killed)).toEqual(range(10).map((x) => (x === KILLED_AT ? 2 : 1)));
    const listed = await nodewren(newFolder(), ["cache", "list", "--json", "--store", store]);
    // Call 7 has failed. What was done in the last second before the host was killed may not have been kept.
    expect(JSON.parse(listed.stdout)[0].results).toBeGreaterThanOrEqual(5);
  });
});
