/** What a job leaves in the store before its calls have run. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Executor } from "../../../src/executor.js";
import { FileStore } from "../../../src/stores/file/store.js";
import { newFolder } from "../../support/folders.js";
import { until } from "../../support/until.js";

const START_MS = 15_000;

/** A call that ends once its file is gone. */
async function waitFor(file: string): Promise<string> {
  const { existsSync: exists, writeFileSync: write } = await import("node:fs");
  write(file, "");
  while (exists(file)) await new Promise((resolve) => setTimeout(resolve, 5));
  return "done";
}

/** Names of the objects while a call of the only job runs. */
async function objectsWhileRunning(executor: Executor, folder: () => string): Promise<string[]> {
  const file = join(newFolder(), "runs");
  const job = executor.map(waitFor, [file], { progress: false });
  await until(() => existsSync(file), START_MS);
  const names = readdirSync(folder(), { recursive: true }).map(String);
  const again = executor.attach(job.id);
  rmSync(file);
  expect([await job, await again]).toEqual([["done"], ["done"]]);
  await executor.close();
  return names
    .filter((name) => /^jobs\/.*\/(job\.json|inputs)$/.test(name))
    .map((name) => name.split("/").at(-1) ?? "");
}

it("a small job leaves its record and its inputs in a given store, and nothing in one that the executor makes for itself", async () => {
  const given = newFolder();
  const inGiven = await objectsWhileRunning(new Executor({ workers: 1, store: new FileStore(given) }), () => given);
  expect(inGiven.sort()).toEqual(["inputs", "job.json"]);
  const ownFolder = () => {
    const own = readdirSync(tmpdir()).filter((name) => name.startsWith(`nodewren-${process.pid}-`));
    expect(own).toHaveLength(1);
    return join(tmpdir(), own[0] as string);
  };
  expect(await objectsWhileRunning(new Executor({ workers: 1 }), ownFolder)).toEqual([]);
});
