/**
 * One job at a time in the cloud: what it asks of the store, when its results are noticed, and what throttling costs.
 *
 * @module-tag long
 */
import { randomUUID } from "node:crypto";
import { Executor, type JobReport, LambdaBackend, S3Store } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { type CountingProxy, startCountingProxy } from "../support/counting-proxy.js";
import { FUNCTION_NAME, startDeployedLambda } from "../support/deployed-lambda.js";
import { noRealS3, realS3 } from "../support/real-s3.js";
import { newS3Double } from "../support/s3-stores.js";

type Server = "radosgw" | "double";

const POLL_MS = 100;
/** Time between two signs, or two looks for some. */
const SIGN_MS = 10_000;
/** Where the machine is busy, a job lasts long enough for its driver and its workers to give signs and to look for some. */
const mostSigns = (workers: number, elapsedMs: number) => 2 * (workers + 1) * Math.floor(elapsedMs / SIGN_MS);
const WAYS = ["push", "poll"] as const;
/** `npm test` takes the real server, `npm run test:e2e` the double as well. */
const SERVERS: readonly Server[] = process.env.NODEWREN_TEST_SERVERS === "all" ? ["radosgw", "double"] : ["radosgw"];

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

async function startServer(server: Server) {
  if (server === "double") {
    const double = await newS3Double();
    return { endpoint: double.endpoint, credentials: double.credentials, bucket: double.createBucket() };
  }
  const real = await realS3();
  if (!real) throw new Error(noRealS3);
  return { endpoint: real.endpoint, credentials: real.credentials, bucket: await real.newBucket() };
}

interface Cloud {
  executor: Executor;
  backend: LambdaBackend;
  store: S3Store;
  proxy: CountingProxy;
  lambda: Awaited<ReturnType<typeof startDeployedLambda>>;
}

async function newCloud(
  server: Server,
  invocation: "push" | "poll",
  { concurrency, reserved }: { concurrency: number; reserved?: number },
): Promise<Cloud> {
  const { endpoint, credentials, bucket } = await startServer(server);
  const proxy = await startCountingProxy(endpoint);
  onTestFinished(() => proxy.close());
  const { accessKeyId, secretAccessKey } = credentials;
  const environment = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const lambda = await startDeployedLambda(reserved === undefined ? {} : { reserved }, { environment, authorize });
  onTestFinished(() => lambda.close());
  const store = new S3Store({ endpoint: proxy.endpoint, credentials, bucket, prefix: randomUUID() });
  const backend = new LambdaBackend({ ...lambda.clientOptions, invocation, concurrency, pollMs: POLL_MS });
  const executor = new Executor({ backend, store, progress: false });
  onTestFinished(() => executor.close());
  return { executor, backend, store, proxy, lambda };
}

/** Nobody is told how many workers there may be, so that there are more shards than places. The backend warns of it. */
const authorize = ({ action }: { action: string }) => !/GetFunctionConcurrency|GetAccountSettings/.test(action);

const shown = (counts: object) =>
  Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(", ");

/** Median over the shards, ms: all calls of a shard are noticed together. */
function medianNoticeMs({ perCall }: JobReport): number {
  const byShard = new Map(perCall.map(({ shard, noticeMs }) => [shard, noticeMs]));
  return [...byShard.values()].sort((a, b) => a - b)[Math.floor(byShard.size / 2)] as number;
}

describe.each(SERVERS)("on %s", (server) => {
  describe.each(WAYS)("%s", (way) => {
    it("1,000 calls in 32 shards cost at most 3 requests a shard and 5 more", async (context) => {
      context.skip(server === "radosgw" && noRealS3 !== undefined, noRealS3);
      const shards = 32;
      const { executor, proxy } = await newCloud(server, way, { concurrency: shards });
      const factor = 3;
      const started = performance.now();
      const results = await executor.map((x: number) => x * factor, numbers(1000), { shards });
      const elapsedMs = performance.now() - started;
      expect(results).toEqual(numbers(1000).map((x) => x * factor));
      const { put, get, head, list } = proxy.counts;
      console.log(`${server}, ${way}: 1,000 calls in ${shards} shards: ${shown(proxy.counts)}`);
      expect(put + get + head).toBeLessThanOrEqual(3 * shards + 5 + mostSigns(shards, elapsedMs));
      if (way === "push") expect(list).toBe(0);
      else expect(list).toBeLessThanOrEqual(Math.ceil(elapsedMs / POLL_MS));
    });

    it("results are noticed at once when pushed, and by the next look when polled", async (context) => {
      context.skip(server === "radosgw" && noRealS3 !== undefined, noRealS3);
      const shards = 100;
      const { executor, proxy, backend } = await newCloud(server, way, { concurrency: 4 });
      await executor.map((x: number) => x, numbers(4), { callsPerShard: 1 });
      const lists = proxy.counts.list;
      const gets = proxy.counts.get;
      const started = performance.now();
      const job = executor.map((x: number) => x + 1, numbers(shards), { callsPerShard: 1, speculate: false });
      await job;
      const signs = mostSigns(4, performance.now() - started);
      const report = job.report();
      const median = medianNoticeMs(report);
      const invoked = report.perCall.map(({ startMs }) => startMs).sort((a, b) => a - b)[shards / 2] as number;
      console.log(
        `${server}, ${way}: ${shards} shards, noticed ${median.toFixed(1)} ms after their commit (median; ${way === "push" ? `the way to a warm worker took ${invoked.toFixed(1)} ms` : `a look every ${POLL_MS} ms`})`,
      );
      expect(backend.requests.invoke).toBe(shards + 4);
      if (way === "push") expect(proxy.counts.list).toBe(lists);
      // Each worker reads the function, and the host each result that no answer brought.
      if (way === "push") expect(proxy.counts.get - gets).toBeLessThanOrEqual(4 + signs);
      else expect(proxy.counts.get - gets).toBeLessThanOrEqual(shards + 4 + signs);
    });

    it("64 shards come through 4 places and 429s, each with one effect", async (context) => {
      context.skip(server === "radosgw" && noRealS3 !== undefined, noRealS3);
      const { executor, lambda, backend, store } = await newCloud(server, way, { concurrency: 64, reserved: 4 });
      const job = executor.map(
        async (x: number, { store, attempt }) => {
          await store.putIfAbsent(`effects/${x}-${attempt}`, new Uint8Array(1));
          return x * x;
        },
        numbers(64),
        { callsPerShard: 1, speculate: false },
      );
      expect(await job).toEqual(numbers(64).map((x) => x * x));
      const keysOf = async (prefix: string) => {
        const keys: string[] = [];
        for await (const { key } of store.list(prefix)) keys.push(key);
        return keys;
      };
      expect(await keysOf(`jobs/${job.id}/results/`)).toHaveLength(64);
      expect(await keysOf("effects/")).toHaveLength(64);
      const { maxConcurrency, invocations } = lambda.stats().functions[FUNCTION_NAME] ?? {};
      console.log(
        `${server}, ${way}: 64 shards, at most ${maxConcurrency} at once, ${backend.requests.throttled} times 429`,
      );
      expect(maxConcurrency).toBe(4);
      expect(invocations).toBe(64);
      // Events are throttled as well, but by Lambda's own queue.
      if (way === "push") expect(backend.requests.throttled).toBeGreaterThanOrEqual(60);
    });
  });
});
