/**
 * Whole jobs, and the command line, with a store of Google Cloud Storage: on the double, as there is no real one here.
 *
 * @module-tag long
 */
import { Executor, GcsStore } from "nodewren";
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { nodewren } from "../support/cli.js";
import { newFolder } from "../support/folders.js";
import { GCS_BUCKET, newGcsDouble } from "../support/rest-double/gcs.js";
import type { RestDouble } from "../support/rest-double/server.js";
import { keysOf } from "./store-contract.js";

/** For a few processes one after the other, on a machine that is busy with other tests. */
const PROCESSES_MS = 120_000;

const PLACE = `gs://${GCS_BUCKET}/runs`;

let double: RestDouble;

beforeEach(async () => {
  double = await newGcsDouble();
  // As Google's own clients are told of an emulator; workers have it from here, too.
  vi.stubEnv("STORAGE_EMULATOR_HOST", double.endpoint);
});
afterEach(() => void vi.unstubAllEnvs());

function newExecutor(): Executor {
  const executor = new Executor({ store: PLACE, workers: 2, progress: false });
  onTestFinished(() => executor.close());
  return executor;
}

it("jobs run, are reduced, write outputs, and are followed by others", async () => {
  const executor = newExecutor();
  const job = executor.map((x: number) => x * x, [1, 2, 3]);
  expect(await job).toEqual([1, 4, 9]);
  expect(
    await executor.mapReduce(
      (x: number) => x,
      [1, 2, 3],
      (a, b) => a + b,
    ),
  ).toBe(6);
  await executor.map((x: number) => ({ x }), [1, 2], { output: `gs://${GCS_BUCKET}/out/`, as: "jsonl" });
  const store = GcsStore.fromUrl(`gs://${GCS_BUCKET}`);
  onTestFinished(() => store.close());
  expect(await keysOf(store, "out/")).toContain("out/manifest.json");
  expect(await newExecutor().attach(job.id)).toEqual([1, 4, 9]);
  expect(String(job.report().cost)).toMatch(/What requests to that store cost is not known/);
});

it("nodewren doctor, jobs list and jobs show look into it", { timeout: PROCESSES_MS }, async () => {
  const job = newExecutor().map((x: number) => x, [1]);
  await job;
  const env = { NODEWREN_STORE: PLACE, STORAGE_EMULATOR_HOST: double.endpoint };
  const folder = newFolder();
  const doctor = await nodewren(folder, ["doctor"], env);
  expect(doctor.stdout).toMatch(/store\s+can be written, read and listed/);
  expect(doctor.stdout).toContain(`${PLACE}/`);
  expect(doctor.stdout).toMatch(/worker\s+a call took/);
  expect((await nodewren(folder, ["jobs", "list"], env)).stdout).toContain(job.id.slice(0, 8));
  expect((await nodewren(folder, ["jobs", "show", job.id], env)).stdout).toContain(job.id);
});
