/**
 * Polled shards whose event or worker is lost without a word: what the store shows tells the host, long before the deadline.
 *
 * @module-tag long
 */
import { type BackendLimits, Executor, LambdaBackend, S3Store } from "nodewren";
import { expect, it, onTestFinished } from "vitest";
import { startDeployedLambda } from "../support/deployed-lambda.js";
import { newS3Double } from "../support/s3-stores.js";

/** So that a test takes seconds; they are as many times longer for users. */
const BEATS = { firstMs: 2000, silentMs: 4000 };

/** A deadline alone would take longer: the test would fail by its time. */
const TEST_MS = 60_000;

class QuickToMiss extends LambdaBackend {
  override get limits(): BackendLimits {
    return { ...super.limits, beats: BEATS };
  }
}

async function newCloud() {
  const { endpoint, credentials, ...double } = await newS3Double();
  const keys = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
  const lambda = await startDeployedLambda({ timeoutS: 900 }, { environment: keys });
  onTestFinished(() => lambda.close());
  const backend = new QuickToMiss({ ...lambda.clientOptions, invocation: "poll", concurrency: 4, pollMs: 100 });
  const store = new S3Store({ endpoint, credentials, bucket: double.createBucket() });
  const executor = new Executor({ backend, store, progress: false });
  onTestFinished(() => executor.close());
  return { executor, lambda };
}

const OPTIONS = { callsPerShard: 1, speculate: false, timeoutMs: 20_000 };

it("events that Lambda loses are sent again", { timeout: TEST_MS }, async () => {
  const { executor, lambda } = await newCloud();
  lambda.knobs.dropEvents = 3;
  expect(await executor.map((x: number) => x * x, [0, 1, 2, 3], OPTIONS)).toEqual([0, 1, 4, 9]);
  expect(lambda.stats().events.dropped).toBeGreaterThan(0);
});

it("a worker that is killed has its shard run again", { timeout: TEST_MS }, async () => {
  const { executor } = await newCloud();
  const killedOnce = (x: number, { attempt }: { attempt: number }) => {
    if (x === 1 && attempt === 1) process.kill(process.pid, "SIGKILL");
    return x * x;
  };
  expect(await executor.map(killedOnce, [0, 1, 2], OPTIONS)).toEqual([0, 1, 4]);
});

it("a call that kills each worker that it gets fails alone", { timeout: TEST_MS }, async () => {
  const { executor } = await newCloud();
  const kill = async (x: number) => {
    // The host shall see that it had begun.
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (x === 1) process.kill(process.pid, "SIGKILL");
    return x * x;
  };
  const settled = await executor.map(kill, [0, 1, 2], { ...OPTIONS, maxAttempts: 2 }).settled();
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(settled[1]).toMatchObject({
    reason: { code: "WORKER_LOST", message: expect.stringContaining("nothing was heard of it for 4 s") },
  });
});
