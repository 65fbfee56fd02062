/**
 * Jobs on servers of shards, as processes of their own, with a store that they reach over the network.
 *
 * @module-tag long
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import ms from "ms";
import { CancelledError, Executor, HttpBackend, type HttpBackendOptions, InvokeError, S3Store } from "nodewren";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { nodewren } from "../support/cli.js";
import { newFolder } from "../support/folders.js";
import { type StartedServer, startHttpServer, TOKEN } from "../support/http-server.js";
import { childrenOf, isAlive } from "../support/processes.js";
import { type S3Double, startS3Double } from "../support/s3-double/double.js";
import { until } from "../support/until.js";

let double: S3Double;
let servers: StartedServer[];

beforeAll(async () => {
  double = await startS3Double();
  const env = {
    AWS_ACCESS_KEY_ID: double.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: double.credentials.secretAccessKey,
  };
  Object.assign(process.env, env, { AWS_REGION: "us-east-1" });
  servers = await Promise.all([1, 2].map(() => startHttpServer({ workers: 1 })));
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
    await double.close();
  };
});

function newExecutor(options: Partial<HttpBackendOptions> = {}): Executor {
  const { endpoint, credentials } = double;
  const store = new S3Store({ endpoint, credentials, bucket: double.createBucket(), region: "us-east-1" });
  const backend = new HttpBackend({ url: servers.map(({ url }) => url), token: TOKEN, ...options });
  const executor = new Executor({ backend, store, progress: false });
  onTestFinished(() => executor.close());
  return executor;
}

const sleep = (time: number) => new Promise<void>((resolve) => setTimeout(resolve, time));

it("run on all of them, with the packages that they need and what they close over", async () => {
  const unit = "s";
  const job = newExecutor().map(
    async (x: number) => {
      await sleep(20);
      return ms(`${x}${unit}`);
    },
    Array.from({ length: 30 }, (_, i) => i),
  );
  expect(await job).toEqual(Array.from({ length: 30 }, (_, i) => i * 1000));
  expect(await job.report()).toMatchObject({ workers: 2, sharedCores: undefined });
});

it("give calls that throw and calls that end their process as errors of their own", async () => {
  const job = newExecutor({ concurrency: 1 }).map(
    (x: number) => {
      if (x === 1) throw new RangeError("one");
      if (x === 2) process.exit(3);
      return x;
    },
    [0, 1, 2, 3],
  );
  const settled = await job.settled();
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  expect((settled[2] as PromiseRejectedResult).reason.message).toMatch(/exit code 3/);
});

it("go on where a server is killed, which leaves no process", async () => {
  const doomed = await startHttpServer({ workers: 1 });
  const executor = newExecutor({ url: [servers[0]?.url as string, doomed.url] });
  const folder = newFolder();
  const job = executor.map(
    async (x: number, { attempt }: { attempt: number }) => {
      if (x === 5) await import("node:fs").then((fs) => fs.writeFileSync(`${folder}/begun`, ""));
      await sleep(100);
      return `${x} ${attempt > 0}`;
    },
    Array.from({ length: 30 }, (_, i) => i),
    { speculate: false },
  );
  await until(() => childrenOf(doomed.pid).length > 0 && existsSync(join(folder, "begun")), 20_000);
  const workers = childrenOf(doomed.pid);
  await doomed.close("SIGKILL");
  expect(await job).toEqual(Array.from({ length: 30 }, (_, i) => `${i} true`));
  await until(() => workers.every((pid) => !isAlive(pid)));
});

it("are ended on the servers when they are cancelled", async () => {
  const folder = newFolder();
  const job = newExecutor().map(
    async (_: number) => {
      await import("node:fs").then((fs) => fs.writeFileSync(`${folder}/begun`, ""));
      await sleep(60_000);
    },
    [1],
  );
  await until(() => existsSync(join(folder, "begun")), 20_000);
  const before = servers.flatMap(({ pid }) => childrenOf(pid));
  const rejected = expect(job).rejects.toThrow(CancelledError);
  job.cancel();
  await rejected;
  await until(() => before.some((pid) => !isAlive(pid)));
});

it("are run for nobody without the token", async () => {
  const job = newExecutor({ token: "another token, as long" }).map((x: number) => x, [1]);
  await expect(job).rejects.toThrow(
    /runs nothing of this: The signature is wrong\. Give host and workers the same token/,
  );
});

it("fail at once where no server answers, and say where that was", async () => {
  const url = "http://127.0.0.1:1";
  const job = newExecutor({ url }).map((x: number) => x, [1]);
  const error = await Promise.resolve(job).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(InvokeError);
  expect(error.message).toMatch(/127\.0\.0\.1:1 cannot be reached: ECONNREFUSED/);
}, 60_000);

describe("nodewren", () => {
  it("doctor tells of servers, store and a worker", async () => {
    const env = {
      NODEWREN_BACKEND: "http",
      NODEWREN_HTTP_URL: servers.map(({ url }) => url).join(","),
      NODEWREN_HTTP_TOKEN: TOKEN,
      NODEWREN_STORE: `s3://${double.createBucket()}/${randomUUID()}`,
      NODEWREN_S3_ENDPOINT: double.endpoint,
      NODEWREN_REGION: "us-east-1",
    };
    const { stdout, code } = await nodewren(newFolder(), ["doctor"], env);
    expect(stdout).toMatch(/ok +servers +up to 2 shards at once/);
    expect(stdout).toMatch(/ok +worker +a call took/);
    expect(stdout).not.toContain(TOKEN);
    expect(code).toBe(0);
    const wrong = await nodewren(newFolder(), ["doctor"], { ...env, NODEWREN_HTTP_URL: "http://127.0.0.1:1" });
    expect(wrong.stdout).toMatch(/failed +servers +http:\/\/127\.0\.0\.1:1 cannot be reached/);
    expect(wrong.code).toBe(1);
  });
});
