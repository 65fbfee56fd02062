/**
 * Who drives a job: a follower takes over from a driver that gives no sign, and from none that does.
 *
 * @module-tag long
 */

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileStore, LocalBackend } from "nodewren";
import { expect, it, onTestFinished } from "vitest";
import { Caches } from "../../src/cache/caches.js";
import { type AttachOptions, attachJob } from "../../src/host/attach-job.js";
import type { DriverTimes } from "../../src/host/driver-times.js";
import { StoredObjects } from "../../src/host/stored-objects.js";
import { newFolder } from "../support/folders.js";
import { type KilledJob, killedJob, runsOf } from "../support/killed-host.js";
import { until } from "../support/until.js";

/** Signs so often, and so many that may be missing, that a busy machine misses none for long. */
const TIMES: DriverTimes = { signMs: 100, goneMs: 3000 };

/** Runs of each call, when that at which the first host was killed had to run again. */
const RUNS = [1, 1, 1, 1, 2, 1, 1, 1, 1, 1];

const squareOf = (x: number) => ({ status: "fulfilled", value: { square: x * x } });

async function killed(): Promise<KilledJob & { folder: string }> {
  const folder = join(newFolder(), "store");
  const executor = `new Executor({ workers: 1, progress: false, store: new FileStore(${JSON.stringify(folder)}) })`;
  return { folder, ...(await killedJob({ executor })) };
}

/** Another host of the job, with workers of its own. */
function attached({ folder, jobId }: { folder: string; jobId: string }, options: AttachOptions = {}) {
  const backend = new LocalBackend({ workers: 1 });
  const binding = {
    backend,
    store: new FileStore(folder),
    classes: undefined,
    stored: new StoredObjects(),
    caches: new Caches(),
    driverTimes: TIMES,
    reduce: () => Promise.reject(new Error("nobody asks for it")),
  };
  const started = attachJob<{ square: number }>(binding, jobId, { progress: false, ...options });
  onTestFinished(async () => {
    started.close("the test has ended");
    await backend.close();
    await started.ended;
  });
  return { ...started, backend };
}

it("a follower drives a job whose driver was killed, and runs nothing again that has a result", async () => {
  const job = await killed();
  const settled = await attached(job).job.settled();
  expect(settled.filter((_, x) => x !== 7)).toEqual([0, 1, 2, 3, 4, 5, 6, 8, 9].map(squareOf));
  expect(runsOf(job)).toEqual(RUNS);
});

it("a follower leaves a job to a driver that gives signs, however long its calls take", async () => {
  const job = await killed();
  const go = join(job.ran, "go");
  // So call 4 waits again.
  rmSync(go);
  const driver = attached(job, { resume: true });
  await until(() => runsOf(job)[4] === 2, 15_000);
  const follower = attached(job);
  await new Promise((resolve) => setTimeout(resolve, 2 * TIMES.goneMs));
  expect(runsOf(job)).toEqual(RUNS.slice(0, 5));
  writeFileSync(go, "");
  expect(await follower.job.settled()).toEqual(await driver.job.settled());
  expect(runsOf(job)).toEqual(RUNS);
});
