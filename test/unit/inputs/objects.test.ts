import { gzipSync } from "node:zlib";
import { InputError, type InputItem, type ObjectsOptions, OptionError, objects, StoreError } from "nodewren";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { all, linesOf } from "../../support/items.js";
import type { S3Double } from "../../support/s3-double/double.js";
import { newS3Double, newS3Store } from "../../support/s3-stores.js";

let double: S3Double;
let bucket: string;
let options: ObjectsOptions;

beforeEach(async () => {
  double = await newS3Double();
  bucket = double.createBucket();
  const { endpoint, credentials } = double;
  options = { endpoint, credentials, region: "us-east-1", timeoutMs: 1000 };
});

async function put(bodies: Record<string, string | Uint8Array>): Promise<void> {
  const store = newS3Store(double, { bucket });
  await Promise.all(Object.entries(bodies).map(([key, body]) => store.put(key, Buffer.from(body))));
}

const itemsOf = (pattern: string, more: ObjectsOptions = {}) =>
  all(objects(`s3://${bucket}/${pattern}`, { ...options, ...more }));

const only = async (pattern: string, more?: ObjectsOptions) => (await itemsOf(pattern, more))[0] as InputItem;

it("are found at the server that the configuration names, unless the options name one", async () => {
  await put({ "a/1": "one" });
  const { endpoint, credentials } = options;
  vi.stubEnv("NODEWREN_S3_ENDPOINT", endpoint);
  onTestFinished(() => void vi.unstubAllEnvs());
  const [item] = await all(objects(`s3://${bucket}/a/`, { credentials, timeoutMs: 1000 }));
  expect([item?.key, await item?.text()]).toEqual(["a/1", "one"]);
  vi.stubEnv("NODEWREN_S3_ENDPOINT", "http://127.0.0.1:9");
  expect(await itemsOf("a/")).toHaveLength(1);
});

/** As the double keeps it, without a request. */
function hold(key: string, body: string): void {
  const object = { body: Buffer.from(body), etag: '"1"', modified: new Date(), contentType: "", metadata: {} };
  double.buckets.get(bucket)?.set(key, { ...object, crc32: undefined });
}

describe("listing", () => {
  it("finds by key, prefix and glob, in the order of the keys", async () => {
    await put({ "b/1.csv": "", "a/2.csv": "x", "a/1.csv": "", "a/1.csvx": "", "é b+c/1.txt": "x" });
    const keysOf = async (pattern: string) => (await itemsOf(pattern)).map(({ key }) => key);
    expect(await keysOf("a/*.csv")).toEqual(["a/1.csv", "a/2.csv"]);
    expect(await keysOf("a/1.csv")).toEqual(["a/1.csv"]);
    expect(await keysOf("a/1*")).toEqual(["a/1.csv", "a/1.csvx"]);
    expect(await keysOf("é b+c/")).toEqual(["é b+c/1.txt"]);
    expect(await keysOf("")).toHaveLength(5);
    const both = objects([`s3://${bucket}/b/`, `s3://${bucket}/**/1.csv`], options);
    expect((await all(both)).map(({ key }) => key)).toEqual(["b/1.csv", "a/1.csv"]);
  });

  it("goes on as items are taken, a page at a time", async () => {
    for (let i = 0; i < 1010; i++) hold(`k${String(i).padStart(4, "0")}`, "x");
    const items = objects(`s3://${bucket}/k*`, options)[Symbol.asyncIterator]();
    for (let i = 0; i < 900; i++) await items.next();
    expect(double.requests.ListObjectsV2).toBe(1);
    expect(await all({ [Symbol.asyncIterator]: () => items })).toHaveLength(110);
    expect(double.requests.ListObjectsV2).toBe(2);
  });

  it("of one key looks at no others that begin so", async () => {
    hold("k", "x");
    for (let i = 0; i < 1010; i++) hold(`k${i}`, "x");
    expect((await itemsOf("k")).map(({ key }) => key)).toEqual(["k"]);
    expect(double.requests.ListObjectsV2).toBe(1);
  });

  it("leaves out what stands for folders, and has an empty object as an item", async () => {
    hold("a/", "");
    hold("a/empty", "");
    const items = await itemsOf("a/", { splitBytes: 4 });
    const [item] = items as [InputItem];
    expect(items.map(({ key, size, range }) => [key, size, range])).toEqual([["a/empty", 0, undefined]]);
    expect([await item.text(), await all(item.lines())]).toEqual(["", []]);
  });

  it.each([
    ["nothing*", /no object for "s3:.*nothing\*"/],
    ["a/1", /no object for .*write "s3:.*a\/1\*"/],
    ["a/1.*.gz", /no object for/],
  ])("of %s is refused where there is none", async (pattern, message) => {
    await put({ "a/1.csv": "" });
    await expect(itemsOf(pattern)).rejects.toThrow(OptionError);
    await expect(itemsOf(pattern)).rejects.toThrow(message);
  });

  it("of a missing bucket, and without permission, says so", async () => {
    const missing = all(objects("s3://no-such-bucket/a*", options));
    await expect(missing).rejects.toThrow(StoreError);
    await expect(missing).rejects.toThrow(/NoSuchBucket.*Make the bucket/);
    double.fail({ operation: "ListObjectsV2", status: 403, code: "AccessDenied" });
    await expect(itemsOf("a*")).rejects.toThrow(/AccessDenied.*Allow these credentials s3:ListBucket/);
  });

  it.each<[unknown, unknown]>([
    ["bucket/a", {}],
    ["s3://", {}],
    ["s3://b", {}],
    [[], {}],
    [undefined, {}],
    ["s3://bucket/a", { endpoint: "127.0.0.1" }],
    ["s3://bucket/a", { timeoutMs: 0 }],
    ["s3://bucket/a", { cwd: "/" }],
    ["s3://bucket/a", { splitBytes: 1.5 }],
  ])("refuses %j with %j at once", (urls, given) => {
    expect(() => objects(urls as string, given as ObjectsOptions)).toThrow(OptionError);
  });

  it("shows no part of wrong credentials", () => {
    const given = { credentials: "SECRET" } as unknown as ObjectsOptions;
    expect(() => objects("s3://bucket/a", given)).toThrow(/^Option credentials of objects\(\)((?!SECRET).)*$/);
  });
});

describe("reading", () => {
  const text = Array.from({ length: 30_000 }, (_, i) => `line ${i} é`).join("\n");

  it("takes one request a part, and finds each line once", async () => {
    await put({ "a.txt": text });
    const parts = await itemsOf("a.txt", { splitBytes: 100_000 });
    expect(parts.length).toBeGreaterThan(3);
    const before = double.requests.GetObject ?? 0;
    const lines = await Promise.all(parts.map((part) => all(part.lines())));
    expect(lines.flat()).toEqual(linesOf(text));
    expect((double.requests.GetObject ?? 0) - before).toBe(parts.length);
  });

  it("goes on where a body broke off", async () => {
    await put({ "a.txt": text });
    const item = await only("a.txt");
    const before = double.requests.GetObject ?? 0;
    double.fail({ operation: "GetObject", fault: "reset in body" });
    double.fail({ operation: "GetObject", fault: "truncated" });
    double.fail({ operation: "GetObject", status: 503, code: "SlowDown" });
    expect(await item.text()).toBe(text);
    expect((double.requests.GetObject ?? 0) - before).toBe(4);
  });

  it("gives up when nothing comes any more", async () => {
    await put({ "a.txt": text });
    const item = await only("a.txt");
    double.fail({ operation: "GetObject", fault: "page", times: 100 });
    await expect(item.text()).rejects.toThrow(/does not speak S3/);
    double.mend();
    expect(await item.text()).toBe(text);
  });

  it("of an object that was replaced, made shorter, or is gone, is refused", async () => {
    await put({ a: "one", b: "one", c: "one", d: "one" });
    const items = await itemsOf("*", { splitCount: 2, by: "bytes" });
    const second = items.filter(({ range }) => range?.start === 1);
    await put({ a: "two", b: "" });
    await newS3Store(double, { bucket }).delete("c");
    const read = await Promise.allSettled(second.map((item) => item.text()));
    expect(read.map((one) => (one.status === "fulfilled" ? one.value : one.reason.message))).toEqual([
      expect.stringMatching(/s3:\/\/.*\/a was changed after it was listed: its ETag/),
      expect.stringContaining("/b was changed after it was listed"),
      expect.stringContaining("/c is gone"),
      "ne",
    ]);
    await expect(second[0]?.text()).rejects.toThrow(InputError);
  });

  it("without permission says what is missing", async () => {
    await put({ a: "one" });
    const item = await only("a");
    double.fail({ operation: "GetObject", status: 403, code: "AccessDenied" });
    await expect(item.text()).rejects.toThrow(StoreError);
    double.fail({ operation: "GetObject", status: 403, code: "AccessDenied" });
    await expect(item.text()).rejects.toThrow(/AccessDenied.*Allow these credentials s3:GetObject/);
  });

  it("unpacks what is compressed, which is not split", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    await put({ "a.gz": gzipSync(text) });
    const items = await itemsOf("a.gz", { splitBytes: 1000 });
    expect(items.map(({ range }) => range)).toEqual([undefined]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
    expect(await items[0]?.text()).toBe(text);
  });

  it("by csv splits between records", async () => {
    await put({ "a.csv": `n,text\n${Array.from({ length: 100 }, (_, i) => `${i},"a\n,""b"`).join("\r\n")}` });
    const parts = await itemsOf("a.csv", { splitCount: 7, by: "csv" });
    expect(parts).toHaveLength(7);
    const records = (await Promise.all(parts.map((part) => all(part.csv())))).flat();
    expect(records).toEqual(Array.from({ length: 100 }, (_, i) => ({ n: String(i), text: 'a\n,"b' })));
  });

  it("that stops early leaves the connection to others, or ends it", async () => {
    await put({ a: "x\n".repeat(2_000_000) });
    const item = await only("a");
    for await (const _ of item.lines()) break;
    for (const part of await itemsOf("a", { splitBytes: 1000 }).then((all) => all.slice(0, 5)))
      expect(await all(part.lines())).toHaveLength(500);
  });
});
