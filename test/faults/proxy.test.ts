/** Where the way out leads through a proxy: clients of S3 and Lambda take it, as HTTP_PROXY and NO_PROXY say. */
import { Agent } from "node:http";
import { LambdaBackend, S3Store } from "nodewren";
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { FakeLambda, shardRequest } from "../support/fake-lambda.js";
import { startForwardProxy } from "../support/forward-proxy.js";
import { newS3Double } from "../support/s3-stores.js";

afterEach(() => void vi.unstubAllEnvs());

/** A name that no resolver knows: only a proxy gets there. */
const HOST = "service.invalid";

async function newProxiedStore(agent?: Agent) {
  const double = await newS3Double();
  const proxy = await startForwardProxy(double.endpoint);
  const { credentials } = double;
  const store = new S3Store({ bucket: double.createBucket(), endpoint: `http://${HOST}`, credentials, agent });
  onTestFinished(() => store.close());
  return { store, proxy, double };
}

it("a store reaches its server through the proxy that the environment names", async () => {
  const { store, proxy } = await newProxiedStore();
  vi.stubEnv("HTTP_PROXY", proxy.url);
  expect(await store.putIfAbsent("key", Buffer.from("body"))).toBe(true);
  expect(await store.get("key")).toHaveLength(4);
  expect(new Set(proxy.asked)).toEqual(new Set([HOST]));
});

it("and past it where NO_PROXY names the host, or it is this machine", async () => {
  const { store, proxy, double } = await newProxiedStore();
  vi.stubEnv("HTTP_PROXY", proxy.url);
  vi.stubEnv("NO_PROXY", HOST);
  await expect(store.get("key")).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  vi.stubEnv("NO_PROXY", undefined);
  const { endpoint, credentials } = double;
  const near = new S3Store({ bucket: double.createBucket(), endpoint, credentials });
  onTestFinished(() => near.close());
  expect(await near.get("key")).toBeUndefined();
  expect(proxy.asked).toEqual([]);
});

it("so does a backend", async () => {
  const lambda = await FakeLambda.start();
  const proxy = await startForwardProxy(lambda.endpoint);
  vi.stubEnv("http_proxy", proxy.url);
  const backend = lambda.backend({ endpoint: `http://${HOST}` });
  expect(await backend.invoke(shardRequest(), new AbortController().signal)).toMatchObject({ attemptId: "attempt-1" });
  expect(proxy.asked).toEqual([HOST]);
});

it("an agent of one's own serves all, and goes before the environment", async () => {
  const agent = new Agent();
  const connect = vi.spyOn(agent, "createConnection" as never);
  const double = await newS3Double();
  vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:1");
  const { endpoint, credentials } = double;
  const store = new S3Store({ bucket: double.createBucket(), endpoint, credentials, agent });
  onTestFinished(() => store.close());
  expect(await store.get("key")).toBeUndefined();
  expect(connect).toHaveBeenCalled();
  expect(() => new S3Store({ bucket: "bucket", agent: "http://proxy" as never })).toThrow(
    /agent .*must be an agent of Node/,
  );
  expect(() => new LambdaBackend({ agent: {} as never })).toThrow(/agent .*must be an agent of Node/);
});
