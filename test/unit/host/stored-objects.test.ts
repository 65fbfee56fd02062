import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { EndedJobs, StoredObjects } from "../../../src/host/stored-objects.js";
import { FileStore } from "../../../src/stores/file/store.js";
import { newFolder } from "../../support/folders.js";
import { MemoryStore } from "../../support/memory-store.js";

const MIB = 1024 * 1024;

let store: MemoryStore;
beforeEach(async () => {
  store = new MemoryStore();
  for (const key of ["a", "b", "c"]) await store.put(key, new Uint8Array(1));
});

describe("in a store of the executor's own", () => {
  it("objects that no job uses are dropped beyond a size, those first that were used the longest ago", () => {
    const objects = new StoredObjects(store);
    const ends = ["a", "b", "c"].map((key) => objects.use([key]));
    for (const key of ["a", "b", "c"]) objects.add(key, 10 * MIB);
    ends[0]?.();
    expect([...store.objects.keys()]).toEqual(["b", "c"]);
    expect([objects.has("a"), objects.has("b")]).toEqual([false, true]);
    ends[2]?.();
    expect([...store.objects.keys()]).toEqual(["b"]);
    // What is in use stays, however large.
    objects.add("b", 100 * MIB);
    objects.use(["d"])();
    expect([...store.objects.keys()]).toEqual(["b"]);
    ends[1]?.();
    expect(store.objects.size).toBe(0);
  });

  it("small ones are kept by number: each takes a file", async () => {
    const objects = new StoredObjects(store);
    for (let i = 0; i < 1000; i++) {
      await store.put(`small/${i}`, new Uint8Array(1));
      objects.add(`small/${i}`, 1);
      objects.use([`small/${i}`])();
    }
    const kept = [...store.objects.keys()].filter((key) => key.startsWith("small/"));
    expect(kept).toEqual(Array.from({ length: 256 }, (_, i) => `small/${1000 - 256 + i}`));
  });

  it("one that several jobs use stays until the last of them has ended", () => {
    const objects = new StoredObjects(store);
    const [first, second] = [objects.use(["a"]), objects.use(["a"])];
    objects.add("a", 20 * MIB);
    first();
    expect(store.objects.has("a")).toBe(true);
    second();
    expect(store.objects.has("a")).toBe(false);
  });

  it("a job that has ended goes, and no other one", async () => {
    const files = new FileStore(newFolder());
    for (const key of ["jobs/1/job.json", "jobs/1/results/0000000", "jobs/10/job.json"])
      await files.put(key, new Uint8Array(1));
    const jobs = new EndedJobs(files);
    await jobs.drop("none");
    await jobs.drop("1");
    expect(readdirSync(join(files.folder, "jobs"))).toEqual(["10"]);
  });

  it("the last jobs of which calls failed keep what it takes to run these again, up to a size", async () => {
    const files = new FileStore(newFolder());
    const jobs = new EndedJobs(files);
    const end = async (jobId: string, bytes = 1) => {
      await files.put(`jobs/${jobId}/inputs`, new Uint8Array(bytes));
      await files.put(`jobs/${jobId}/results/0000000`, new Uint8Array(1));
      await jobs.dropResults(jobId);
    };
    for (let i = 0; i < 10; i++) await end(String(i));
    const kept = () => readdirSync(join(files.folder, "jobs")).sort();
    expect(kept()).toEqual(["2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(readdirSync(join(files.folder, "jobs", "9"))).toEqual(["inputs"]);
    await end("large", 10 * MIB);
    await end("larger", 10 * MIB);
    expect(kept()).toEqual(["larger"]);
  });
});

it("jobs that start together share the write of an object, and where it fails, the next one tries its own", async () => {
  const objects = new StoredObjects();
  let writes = 0;
  const put = async (works: boolean) => {
    writes++;
    await new Promise((resolve) => setImmediate(resolve));
    if (!works) throw new Error("the disk is full");
  };
  const ends = await Promise.allSettled(
    [false, true, true, true].map((works) => objects.once("f", 1, () => put(works))),
  );
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "fulfilled"]);
  expect(writes).toBe(2);
  await objects.once("f", 1, () => put(true));
  expect(writes).toBe(2);
});

it("in a given store nothing is dropped", () => {
  const objects = new StoredObjects();
  const end = objects.use(["a"]);
  objects.add("a", 100 * MIB);
  end();
  expect(store.objects.size).toBe(3);
  expect(objects.has("a")).toBe(true);
  objects.clear();
  expect(objects.has("a")).toBe(false);
});
