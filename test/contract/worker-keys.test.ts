/**
 * Keys of one job's workers, as a server enforces them: the double of STS and S3, and Ceph's radosgw, which has both.
 *
 * @module-tag long
 */
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Backend } from "../../src/backends/backend.js";
import { OptionError } from "../../src/errors.js";
import { workerKeysOf } from "../../src/host/worker-keys.js";
import { openStore } from "../../src/stores/open.js";
import { S3Store } from "../../src/stores/s3/store.js";
import type { Store } from "../../src/stores/store.js";
import { startLocalLambda } from "../support/local-lambda/index.js";
import { noRealS3, REAL_S3_MS, type RealS3, realS3 } from "../support/real-s3.js";
import { newS3Double } from "../support/s3-stores.js";

const MINUTE_MS = 60_000;

/** As much of one as is asked here. */
const LAMBDA = { name: "lambda", carriesKeys: true, maxShardMs: 15 * MINUTE_MS } as Backend;

interface Server {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  bucket: string;
  stsEndpoint?: string;
  roleArn: string;
}

const ROLE = "arn:aws:iam::123456789012:role/jobs";

async function newDouble(): Promise<Server> {
  const lambda = await startLocalLambda();
  onTestFinished(() => lambda.close());
  const double = await newS3Double({ sessions: lambda.sessions });
  const { endpoint, credentials } = double;
  return { endpoint, credentials, bucket: double.createBucket(), stsEndpoint: lambda.endpoint, roleArn: ROLE };
}

/** Stores below the same prefix: the host's, and that of a worker of each job. */
async function twoJobs({ roleArn: workerRoleArn, ...place }: Server) {
  const host = new S3Store({ ...place, prefix: "team/runs", workerRoleArn });
  const [a, b] = [randomUUID(), randomUUID()];
  const workerOf = async (jobId: string, sources: string[] = []) => {
    const keys = workerKeysOf({ store: host, backend: LAMBDA }, jobId, sources);
    const store = await openStore((await keys?.descriptor()) as Store["descriptor"]);
    onTestFinished(() => store.close?.());
    return store;
  };
  onTestFinished(() => host.close());
  return { host, a, b, workerOf };
}

const bytes = (text: string) => Buffer.from(text);
const denied = expect.objectContaining({ name: "StoreError", status: 403 });

function describeKeys(name: string, newServer: () => Promise<Server>): void {
  describe(`on ${name}, a worker`, () => {
    it("reads what its job needs, lists its results, and writes them", async () => {
      const { host, a, workerOf } = await twoJobs(await newServer());
      for (const key of [`jobs/${a}/inputs`, "functions/f", "packages/p", "broadcasts/b", "uploads/u"])
        await host.put(key, bytes(key));
      const worker = await workerOf(a);
      for (const key of [`jobs/${a}/inputs`, "functions/f", "packages/p", "broadcasts/b", "uploads/u"])
        expect(Buffer.from((await worker.get(key)) ?? []).toString()).toBe(key);
      expect(await worker.get(`jobs/${a}/cancelled`)).toBeUndefined();
      expect(await worker.putIfAbsent(`jobs/${a}/results/0000000`, bytes("1"))).toBe(true);
      expect(await worker.putIfAbsent(`jobs/${a}/results/0000000`, bytes("2"))).toBe(false);
      const keys: string[] = [];
      for await (const { key } of worker.list(`jobs/${a}/results/`)) keys.push(key);
      expect(keys).toEqual([`jobs/${a}/results/0000000`]);
    });

    it("writes no results of another job, and nothing that jobs share or their hosts write", async () => {
      const { host, a, b, workerOf } = await twoJobs(await newServer());
      const worker = await workerOf(a);
      const others = [`jobs/${b}/results/0000000`, `jobs/${b}/cancelled`];
      for (const key of [...others, `jobs/${a}/job.json`, `jobs/${a}/cancelled`, "functions/f", "cache/c", "mine"]) {
        await expect(worker.put(key, bytes("x")), key).rejects.toEqual(denied);
        expect(await host.get(key), key).toBeUndefined();
      }
      await expect(worker.delete(`jobs/${a}/results/0000000`)).rejects.toEqual(denied);
    });

    it("reads results of another job only where they are inputs of its own, and lists none", async () => {
      const { host, a, b, workerOf } = await twoJobs(await newServer());
      await host.put(`jobs/${b}/results/0000000`, bytes("theirs"));
      await host.put(`jobs/${b}/inputs`, bytes("theirs"));
      const worker = await workerOf(a);
      await expect(worker.get(`jobs/${b}/results/0000000`)).rejects.toEqual(denied);
      await expect(worker.list(`jobs/${b}/`)[Symbol.asyncIterator]().next()).rejects.toEqual(denied);
      const dependent = await workerOf(a, [b]);
      expect(Buffer.from((await dependent.get(`jobs/${b}/results/0000000`)) ?? []).toString()).toBe("theirs");
      await expect(dependent.get(`jobs/${b}/inputs`)).rejects.toEqual(denied);
      await expect(dependent.put(`jobs/${b}/results/0000000`, bytes("x"))).rejects.toEqual(denied);
    });
  });
}

describeKeys("the double", newDouble);

describe.skipIf(noRealS3)("a real server", () => {
  let server: RealS3;
  beforeAll(async () => {
    server = (await realS3()) as RealS3;
  }, REAL_S3_MS);

  describeKeys("radosgw", async () => {
    const { newBucket, stsEndpoint, credentials, roleArn } = server;
    return { endpoint: stsEndpoint, stsEndpoint, credentials, roleArn, bucket: await newBucket() };
  });
});

describe("keys of workers", () => {
  it("are asked for once, and anew in time for a shard that takes its full time", async () => {
    const lambda = await startLocalLambda();
    onTestFinished(() => lambda.close());
    const { endpoint: stsEndpoint, clientOptions } = lambda;
    const { credentials, region } = clientOptions;
    const store = new S3Store({ bucket: "bucket", region, credentials, stsEndpoint, workerRoleArn: ROLE });
    const keys = workerKeysOf({ store, backend: LAMBDA }, randomUUID());
    const now = Date.now();
    const at = async (minutes: number) => {
      const before = Date.now;
      Date.now = () => now + minutes * MINUTE_MS;
      try {
        return (await keys?.descriptor())?.["credentials"];
      } finally {
        Date.now = before;
      }
    };
    const [first, same] = await Promise.all([at(0), at(0)]);
    expect(same).toEqual(first);
    expect(await at(26)).toEqual(first);
    expect(await at(28)).not.toEqual(first);
    expect(lambda.sessions.size).toBe(2);
    expect(store.descriptor).not.toHaveProperty("credentials");
  });

  it("are refused to a backend that cannot carry them, and for more sources than a policy can name", () => {
    const store = new S3Store({ bucket: "bucket", workerRoleArn: ROLE });
    const of = (backend: Partial<Backend>, sources: string[] = []) =>
      workerKeysOf({ store, backend: { ...LAMBDA, ...backend } }, randomUUID(), sources)?.check();
    expect(() => of({})).not.toThrow();
    expect(() => of({ name: "local", carriesKeys: false })).toThrow(/the backend local cannot carry them/);
    expect(() => of({ maxShardMs: 60 * MINUTE_MS })).toThrow(OptionError);
    const few = Array.from({ length: 7 }, () => randomUUID());
    expect(() => of({}, few)).not.toThrow();
    expect(() => of({}, [...few, ...few, ...few])).toThrow(/results of 21 other jobs/);
  });
});
