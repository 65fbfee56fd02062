/** Between an S3Store and its server everything goes wrong, once or for good. What may pass, passes; the rest says why. */
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Executor, type S3Store, type S3StoreOptions, type StoreError } from "nodewren";
import { beforeEach, describe, expect, it } from "vitest";
import type { S3Double } from "../support/s3-double/double.js";
import { newS3Double, newS3Store } from "../support/s3-stores.js";
import { until } from "../support/until.js";

/** Of a store that is to give up soon, ms. */
const TIMEOUT_MS = 500;

/** Bodies above this go in parts; the least that S3 allows. */
const PART_BYTES = 5 * 1024 * 1024;

let double: S3Double;
let bucket: string;
let store: S3Store;

beforeEach(async () => {
  double = await newS3Double();
  bucket = double.createBucket();
  store = newStore();
});

function newStore(options: Partial<S3StoreOptions> = {}): S3Store {
  return newS3Store(double, { bucket, timeoutMs: TIMEOUT_MS, partBytes: PART_BYTES, ...options });
}

const bytes = (text: string) => Buffer.from(text);
const stored = (key: string) => double.buckets.get(bucket)?.find(key)?.body.toString();

async function failureOf(action: Promise<unknown>): Promise<StoreError> {
  const error = await action.then(
    () => expect.fail("should have failed"),
    (error: unknown) => error as StoreError,
  );
  expect(error).toMatchObject({ name: "StoreError", code: "STORE" });
  return error;
}

describe("a write whose answer is lost", () => {
  it.each(["reset after", "silence after"] as const)("by %s is known as the writer's own", async (fault) => {
    double.fail({ operation: "PutObject", fault });
    expect(await store.putIfAbsent("key", bytes("mine"))).toBe(true);
    expect(store.requests).toMatchObject({ put: 2, head: 1, retries: 1 });
    expect(double.requests).toMatchObject({ PutObject: 2, HeadObject: 1 });
    expect(await store.putIfAbsent("key", bytes("mine"))).toBe(false);
  });

  it("is not mistaken for another's, not even with the same body", async () => {
    await newStore().putIfAbsent("key", bytes("same"));
    double.fail({ operation: "PutObject", fault: "reset before" });
    expect(await store.putIfAbsent("key", bytes("same"))).toBe(false);
  });

  it("in parts is known as well", async () => {
    double.fail({ operation: "CompleteMultipartUpload", fault: "reset after" });
    expect(await store.putIfAbsent("key", randomBytes(PART_BYTES + 1))).toBe(true);
    double.fail({ operation: "CompleteMultipartUpload", fault: "reset after" });
    await store.put("key", randomBytes(PART_BYTES + 2));
    expect(double.buckets.get(bucket)?.find("key")?.body).toHaveLength(PART_BYTES + 2);
  });
});

describe("what may pass is tried again", () => {
  const passing = [
    { status: 503, code: "SlowDown" },
    { status: 500, code: "InternalError" },
    { status: 409, code: "ConditionalRequestConflict" },
    { status: 400, code: "RequestTimeout" },
    { fault: "reset before" },
    { fault: "silence" },
  ] as const;

  it.each(passing)("%o, twice, at each request", async (fault) => {
    for (const operation of ["PutObject", "GetObject", "ListObjectsV2", "DeleteObject"])
      double.fail({ operation, times: 2, ...fault });
    expect(await store.putIfAbsent("key", bytes("body"))).toBe(true);
    expect(await store.get("key")).toEqual(new Uint8Array(bytes("body")));
    for await (const { key } of store.list("")) expect(key).toBe("key");
    await store.delete("key");
    expect(stored("key")).toBeUndefined();
    // One write more asks whether the server keeps conditions.
    expect(store.requests).toMatchObject({ put: 4, get: 3, list: 3, delete: 3, retries: 8 });
  });

  it("a clock that is an hour late is set by the server's", async () => {
    double = await newS3Double({ clockAheadMs: 3_600_000 });
    bucket = double.createBucket();
    const late = newStore();
    await late.put("key", bytes("body"));
    expect(await late.get("key")).toHaveLength(4);
    expect(double.requests).toEqual({ PutObject: 2, GetObject: 1 });
  });
});

describe("a body on its way down", () => {
  it("that comes a byte at a time is not waited for without end", { tags: ["long"] }, async () => {
    await store.put("key", randomBytes(1000));
    double.fail({ operation: "GetObject", fault: "slow body", times: 3 });
    const failure = await failureOf(store.get("key"));
    expect(failure.message).toMatch(
      /ERR_BODY_SLOW: A body of 1000 bytes had not come after \d+ ms.*too slowly, several times/,
    );
    expect(failure.isTransient).toBe(true);
    expect(store.requests.get).toBe(3);
    expect(await store.get("key")).toHaveLength(1000);
  });

  const LARGE = randomBytes(2 * PART_BYTES + 1000);

  it.each(["reset in body", "silence in body", "truncated", "corrupt"] as const)(
    "with a fault, %s, is read again",
    async (fault) => {
      const body = randomBytes(100_000);
      await store.put("key", body);
      double.fail({ operation: "GetObject", fault });
      expect(body.equals((await store.get("key")) as Uint8Array)).toBe(true);
      expect(store.requests.get).toBe(2);
    },
  );

  it.each(["reset in body", "truncated", "corrupt"] as const)(
    "with a fault in any part, %s, is read again",
    async (fault) => {
      await store.put("key", LARGE);
      for (const after of [0, 1, 2]) {
        double.fail({ operation: "GetObject", fault, after });
        expect(LARGE.equals((await store.get("key")) as Uint8Array)).toBe(true);
      }
    },
  );

  it("that stays damaged is no body", async () => {
    await store.put("key", bytes("body"));
    double.fail({ operation: "GetObject", fault: "corrupt", times: 100 });
    const error = await failureOf(store.get("key"));
    expect(error.message).toMatch(/Cannot read key in s3:\/\/.*SHA-256.*Run the job again/);
    expect(store.requests.get).toBe(3);
  });

  it("that is replaced between two of its parts is one version or the other", async () => {
    const versions = [LARGE, randomBytes(LARGE.byteLength)];
    // A busy machine takes a while for so much.
    const patient = newStore({ timeoutMs: 2000 });
    await patient.put("key", LARGE);
    double.fail({ operation: "GetObject", after: 1, times: 2, fault: "silence" });
    // A range has no digest that would tell.
    const reading = patient.get("key", { start: 1, end: LARGE.byteLength });
    await until(() => double.requests["GetObject"] === 3);
    await newStore().put("key", versions[1] as Buffer);
    const seen = (await reading) as Uint8Array;
    expect(versions.filter((version) => version.subarray(1).equals(seen))).toHaveLength(1);
  });
});

describe("what does not pass fails in bounded time", () => {
  it("a server that never answers", async () => {
    double.fail({ fault: "silence", times: 100 });
    const error = await failureOf(store.get("key"));
    expect(error.message).toMatch(/Cannot read key .*TimeoutError.*Nothing came for 500 ms/);
    expect(store.requests.get).toBe(3);
  });

  it("a body that never ends", async () => {
    await store.put("key", randomBytes(1000));
    double.fail({ operation: "GetObject", fault: "silence in body", times: 100 });
    expect((await failureOf(store.get("key"))).message).toContain("Nothing came for 500 ms");
  });

  it("a connection that takes everything and says nothing", async () => {
    const deaf = createServer((socket) => socket.on("error", () => undefined).resume());
    await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
    const { port } = deaf.address() as AddressInfo;
    const toDeaf = newStore({ endpoint: `http://127.0.0.1:${port}` });
    await failureOf(toDeaf.put("key", bytes("x")));
    await toDeaf.close();
    await new Promise((resolve) => deaf.close(resolve));
  });

  it("nobody at the endpoint", async () => {
    const { endpoint } = double;
    await double.close();
    const error = await failureOf(store.get("key"));
    expect(error.message).toContain(`Nothing answers at ${endpoint}`);
    expect(error.key).toBe("key");
  });

  it("part of an upload, which is given up then", async () => {
    double.fail({ operation: "UploadPart", after: 1, times: 100, status: 403, code: "AccessDenied" });
    await failureOf(store.put("key", randomBytes(3 * PART_BYTES)));
    expect(double.buckets.get(bucket)?.uploads.size).toBe(0);
    expect(stored("key")).toBeUndefined();
  });

  it("an upload that another's object comes before", async () => {
    const body = randomBytes(PART_BYTES + 1);
    expect(await store.putIfAbsent("key", body)).toBe(true);
    const sent = store.bytes.sent;
    expect(await newStore().putIfAbsent("key", body)).toBe(false);
    double.fail({ operation: "HeadObject", status: 404, code: "NoSuchKey" });
    expect(await store.putIfAbsent("key", body)).toBe(false);
    expect(store.bytes.sent).toBe(2 * sent);
    expect(double.buckets.get(bucket)?.uploads.size).toBe(0);
  });
});

describe("what is set up wrong is said", () => {
  const denied = { status: 403, code: "AccessDenied", times: 100 };

  it.each([
    [
      "no such bucket",
      () => newStore({ bucket: "not-there" }).get("key"),
      /NoSuchBucket: .* \(status 404, request .*aws s3 mb s3:\/\/not-there/,
    ],
    [
      "a wrong secret",
      () =>
        newStore({ credentials: { accessKeyId: double.credentials.accessKeyId, secretAccessKey: "wrong" } }).get("key"),
      /SignatureDoesNotMatch.*AWS_PROFILE/,
    ],
    [
      "an unknown key",
      () => newStore({ credentials: { accessKeyId: "nobody", secretAccessKey: "wrong" } }).put("key", bytes("x")),
      /Cannot write key.*InvalidAccessKeyId.*AWS_ACCESS_KEY_ID/,
    ],
    [
      "no credentials",
      () =>
        newStore({
          credentials: () => Promise.reject(Object.assign(new Error("none"), { name: "CredentialsProviderError" })),
        }).get("key"),
      /there are no AWS credentials here.*AWS_ACCESS_KEY_ID/,
    ],
  ])("%s", async (_, act, message) => {
    expect((await failureOf(act())).message).toMatch(message);
  });

  it("what may not be done, by action and resource", async () => {
    const below = newStore({ prefix: "runs" });
    double.fail(denied);
    const read = await failureOf(below.get("key"));
    expect(read.message).toContain(`s3:GetObject on arn:aws:s3:::${bucket}/runs/*`);
    expect(read.message).toContain("s3:ListBucket");
    expect(read).toMatchObject({ status: 403, bucket, key: "key", requestId: expect.any(String) });
    expect((await failureOf(below.put("key", bytes("x")))).message).toContain("s3:PutObject on");
    expect((await failureOf(below.delete("key"))).message).toContain("s3:DeleteObject on");
    const listed = failureOf(
      (async () => {
        for await (const _ of below.list(""));
      })(),
    );
    expect((await listed).message).toContain(`s3:ListBucket on arn:aws:s3:::${bucket}.`);
  });

  it("another region, by its name", async () => {
    double = await newS3Double({ region: "eu-north-1" });
    bucket = double.createBucket();
    const error = await failureOf(newStore({ region: "us-west-2" }).get("key"));
    expect(error.message).toMatch(/wrong \(us-west-2\).*region: "eu-north-1"/);
    double.fail({ status: 301, code: "PermanentRedirect", headers: { "x-amz-bucket-region": "ap-south-1" } });
    expect((await failureOf(newStore().get("key"))).message).toContain('region: "ap-south-1"');
  });

  it.each([200, 404, 403, 405])("a web page with status %i in place of S3", async (status) => {
    double.fail({ fault: "page", status, times: 100 });
    const list = async () => {
      for await (const _ of store.list(""));
    };
    for (const act of [
      () => store.get("key"),
      () => store.put("key", bytes("x")),
      list,
      () => store.putIfAbsent("key", bytes("x")),
    ])
      expect((await failureOf(act())).message).toContain("does not speak S3");
  });

  it("a clock that the server does not help to set", async () => {
    double.fail({ status: 403, code: "RequestTimeTooSkewed", times: 100 });
    expect((await failureOf(store.get("key"))).message).toMatch(/clock.*set it right/);
  });
});

it("no more requests are under way than maxRequests", async () => {
  const narrow = newStore({ maxRequests: 3, timeoutMs: 5000 });
  double.fail({ operation: "PutObject", fault: "silence", times: 3 });
  const writes = Array.from({ length: 10 }, (_, i) => narrow.put(`key/${i}`, bytes("x")));
  await until(() => double.requests["PutObject"] === 3);
  await sleep(100);
  expect(double.requests["PutObject"]).toBe(3);
  await narrow.close();
  await Promise.allSettled(writes);
});

it("an executor on a store that falls silent is closed in seconds, and leaves no request behind", {
  tags: ["long"],
}, async () => {
  const patient = newStore({ timeoutMs: 20_000 });
  const executor = new Executor({ store: patient, workers: 1, progress: false });
  const job = executor.map(() => new Promise<void>(() => {}), [1]);
  await until(() => (double.requests["PutObject"] ?? 0) >= 3);
  double.fail({ fault: "silence", times: Infinity });
  const started = performance.now();
  await executor.close();
  expect(performance.now() - started).toBeLessThan(10_000);
  await expect(job).rejects.toThrow(/executor.close\(\) was called/);
  const asked = double.log.length;
  double.mend();
  await sleep(300);
  expect(double.log.length).toBe(asked);
});

it("a store that was closed opens again when it is used", async () => {
  await store.put("key", bytes("x"));
  await store.close();
  expect(await store.get("key")).toHaveLength(1);
});
