/** Servers that keep no conditions of writes are refused by name, before a race could be lost on them. */
import { Executor, type S3Store } from "nodewren";
import { expect, it, onTestFinished, vi } from "vitest";
import { openStore } from "../../src/stores/open.js";
import { newS3Double, newS3Store } from "../support/s3-stores.js";

const bytes = (text: string) => Buffer.from(text);

it.each([
  ["ignored", "ignores"],
  ["unknown", "does not know"],
] as const)("conditions that are %s: the first write says so, and all that follow", async (conditions, how) => {
  const double = await newS3Double({ conditions });
  const bucket = double.createBucket();
  const store = newS3Store(double, { bucket });
  const refusal = {
    name: "StoreError",
    bucket,
    isTransient: false,
    message: expect.stringMatching(
      new RegExp(`^The server of bucket ${bucket} \\(${double.endpoint}\\) ${how} .*If-None-Match`),
    ),
  };
  await expect(store.putIfAbsent("key", bytes("body"))).rejects.toMatchObject(refusal);
  const { PutObject } = double.requests;
  await expect(store.putIfAbsent("other", bytes("body"))).rejects.toMatchObject(refusal);
  expect(double.requests.PutObject).toBe(PutObject);
  // Without a condition it is as good as any.
  await store.put("plain", bytes("body"));
});

it("a job ends with that word, and at once", async () => {
  const double = await newS3Double({ conditions: "ignored" });
  const store = newS3Store(double, { bucket: double.createBucket() });
  const executor = new Executor({ store, workers: 1, progress: false });
  onTestFinished(() => executor.close());
  await expect(executor.map((x: number) => x, [1, 2])).rejects.toThrow(/ignores the condition of writes/);
});

it("a server that keeps them is asked once, by the host alone", async () => {
  const double = await newS3Double();
  const store = newS3Store(double, { bucket: double.createBucket() });
  await Promise.all(["a", "b", "c"].map((key) => store.putIfAbsent(key, bytes(key))));
  expect(double.requests.PutObject).toBe(4);
  const { accessKeyId, secretAccessKey } = double.credentials;
  const onWorker = (await openStore({ ...store.descriptor })) as S3Store;
  onTestFinished(() => onWorker.close());
  process.env["AWS_ACCESS_KEY_ID"] = accessKeyId;
  vi.stubEnv("AWS_ACCESS_KEY_ID", accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secretAccessKey);
  onTestFinished(() => void vi.unstubAllEnvs());
  await onWorker.putIfAbsent("d", bytes("d"));
  expect(double.requests.PutObject).toBe(5);
});

it("one that does not answer the question, or lost the object meanwhile, is not refused for it", async () => {
  const double = await newS3Double();
  const bucket = double.createBucket();
  double.fail({ operation: "PutObject", after: 1, status: 503, code: "SlowDown" });
  const store = newS3Store(double, { bucket });
  expect(await store.putIfAbsent("a", bytes("a"))).toBe(true);
  // It was not proven, so the next one asks.
  expect(await store.putIfAbsent("b", bytes("b"))).toBe(true);
  expect(store.requests).toMatchObject({ put: 4, retries: 0 });
  expect(await store.putIfAbsent("b", bytes("b"))).toBe(false);
  expect(store.requests.put).toBe(5);
});
