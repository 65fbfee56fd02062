/**
 * Files and objects as inputs, read by workers.
 *
 * @module-tag long
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  CallError,
  CaptureError,
  CodecError,
  Executor,
  type FilesOptions,
  files,
  type InputItem,
  LambdaBackend,
  OptionError,
  objects,
  type S3Store,
} from "nodewren";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { isLambda, skipOn } from "../support/combo.js";
import { startDeployedLambda } from "../support/deployed-lambda.js";
import { newWarmExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { linesOf } from "../support/items.js";
import { noRealS3, REAL_S3_MS, realS3 } from "../support/real-s3.js";
import { newS3Double, newS3Store, type S3Server } from "../support/s3-stores.js";

const NOT_THERE = "workers elsewhere cannot read files of this machine";

function newFiles(contents: Record<string, string>): string {
  const folder = newFolder();
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** As workers of the backend under test can read them. */
async function sourceOf(executor: Executor, globs: string, options: FilesOptions): Promise<AsyncIterable<InputItem>> {
  if (!isLambda) return files(globs, options);
  const items = await executor.upload(globs, options);
  return (async function* () {
    yield* items;
  })();
}

const TEXT = Array.from({ length: 5000 }, (_, i) => `${i} ${"wörd ".repeat(i % 7)}end\r`).join("\n");

async function linesIn(item: InputItem): Promise<string[]> {
  const lines = [];
  for await (const line of item.lines()) lines.push(line);
  return lines;
}

describe("files", () => {
  it("are read by workers, each line in one part", async () => {
    const executor = newWarmExecutor();
    const cwd = newFiles({ "a.txt": TEXT, "sub/b.txt": "", "c.txt": "one\ntwo" });
    const source = await sourceOf(executor, "**/*.txt", { cwd, splitBytes: 10_000 });
    const job = executor.map(async (item) => {
      const lines = [];
      for await (const line of item.lines()) lines.push(line);
      return { key: item.key, lines };
    }, source);
    const found = await job;
    expect(found.filter(({ key }) => key === "a.txt").length).toBeGreaterThan(5);
    expect(found.filter(({ key }) => key === "a.txt").flatMap(({ lines }) => lines)).toEqual(linesOf(TEXT));
    expect(found.slice(-2)).toEqual([
      { key: "c.txt", lines: ["one", "two"] },
      { key: "sub/b.txt", lines: [] },
    ]);
  });

  it("of CSV give records, whose quotes may hold line breaks", async () => {
    const executor = newWarmExecutor();
    const rows = Array.from({ length: 200 }, (_, i) => `${i},"a ""quoted""\nline, ${i}"`);
    const cwd = newFiles({ "a.csv": `n,text\n${rows.join("\n")}\n` });
    const parts = await executor.map(
      async (item) => {
        const records = [];
        for await (const record of item.csv()) records.push(record);
        return records;
      },
      await sourceOf(executor, "a.csv", { cwd, splitCount: 6, by: "csv" }),
    );
    expect(parts).toHaveLength(6);
    expect(parts.flat()).toEqual(
      Array.from({ length: 200 }, (_, i) => ({ n: String(i), text: `a "quoted"\nline, ${i}` })),
    );
  });

  it("may be parts of inputs and of results, and closed over", async () => {
    const executor = newWarmExecutor();
    const cwd = newFiles({ "a.txt": "a", "b.txt": "b" });
    const items: InputItem[] = [];
    for await (const item of await sourceOf(executor, "*.txt", { cwd })) items.push(item);
    const [first] = items as [InputItem];
    const inputs = items.map((item, i) => ({ item, i }));
    const results = await executor.map(
      async ({ item, i }) => [i, item, (await first.text()) + (await item.text())],
      inputs,
    );
    expect(results.map(([, , text]) => text)).toEqual(["aa", "ab"]);
    expect(await Promise.all(results.map(([, item]) => (item as InputItem).text()))).toEqual(["a", "b"]);
    const same = executor.map(({ item }) => item, inputs);
    expect(await executor.map((item) => item.text(), same)).toEqual(["a", "b"]);
  });

  it("go on to maps inside of maps", async (context) => {
    skipOn(context, isLambda, "workers there start no others");
    const executor = newWarmExecutor();
    const cwd = newFiles({ "a.txt": TEXT });
    const lines = await executor.map(
      (item, { executor: inner }) => inner.map(async (one) => (await one.text()).length, [item]),
      files("a.txt", { cwd }),
    );
    expect(lines).toEqual([[TEXT.length]]);
  });

  it("are counted by a map and a reduce", async () => {
    const executor = newWarmExecutor();
    const cwd = newFiles({ "a.txt": TEXT });
    const source = await sourceOf(executor, "a.txt", { cwd, splitBytes: 10_000 });
    const words = await executor.mapReduce(
      async (item) => {
        let count = 0;
        for await (const line of item.lines()) count += line.split(" ").length;
        return count;
      },
      source,
      (a, b) => a + b,
    );
    expect(words).toBe(TEXT.split(/[ \n]/).length);
  });

  it("that are changed meanwhile fail their own calls", async (context) => {
    skipOn(context, isLambda, NOT_THERE);
    const executor = newWarmExecutor();
    const cwd = newFiles({ "a.txt": "a", "b.txt": "b" });
    async function* changing() {
      for await (const item of files("*.txt", { cwd })) {
        if (item.key === "a.txt") writeFileSync(join(cwd, "a.txt"), "changed");
        yield item;
      }
    }
    const [a, b] = await executor.map((item) => item.text(), changing()).settled();
    expect(b).toEqual({ status: "fulfilled", value: "b" });
    const { reason } = a as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(CallError);
    expect(reason.className).toBe("InputError");
    expect(reason.message).toContain("was changed after it was listed");
  });

  it("that no glob matches fail the job, and nothing is stored", async (context) => {
    skipOn(context, isLambda, NOT_THERE);
    const executor = newWarmExecutor();
    const job = executor.map((item) => item.key, files("*.none", { cwd: newFolder() }));
    await expect(job).rejects.toThrow(OptionError);
    await expect(job).rejects.toThrow(/no file for the glob "\*\.none"/);
  });

  it("put into the store by upload() are read from there", async () => {
    const executor = newWarmExecutor();
    const cwd = newFiles({ "a.txt": TEXT });
    const items = await executor.upload("a.txt", { cwd, splitCount: 4 });
    writeFileSync(join(cwd, "a.txt"), "changed");
    const lines = await executor.map(linesIn, items);
    expect(lines.flat()).toEqual(linesOf(TEXT));
  });
});

const OPTIONS = { region: "us-east-1" };

async function fill(server: S3Server, bucket: string, bodies: Record<string, string>): Promise<S3Store> {
  const store = newS3Store(server, { bucket });
  for (const [key, body] of Object.entries(bodies)) await store.put(key, Buffer.from(body));
  return store;
}

/** Workers of this machine take credentials from the environment, as the host does. */
function stubCredentials({ credentials }: S3Server): void {
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  onTestFinished(() => void vi.unstubAllEnvs());
}

const newLocal = () => {
  const executor = new Executor({ backend: "local", workers: 2, progress: false, store: newFolder() });
  onTestFinished(() => executor.close());
  return executor;
};

describe.each(["double", "radosgw"] as const)("objects on %s", (kind) => {
  it("are read by local workers, in the version that was listed", { timeout: REAL_S3_MS }, async (context) => {
    context.skip(kind === "radosgw" && noRealS3 !== undefined, noRealS3);
    const real = kind === "radosgw" ? await realS3() : undefined;
    const server = real ?? (await newS3Double());
    const bucket = real ? await real.newBucket() : (server as Awaited<ReturnType<typeof newS3Double>>).createBucket();
    const store = await fill(server, bucket, {
      "in/a b.txt": TEXT,
      "in/b+ü.txt": "one\ntwo",
      "in/c.txt": "",
      "out/d": "no",
    });
    stubCredentials(server);
    const { endpoint } = server;
    const executor = newLocal();
    const source = objects(`s3://${bucket}/in/*.txt`, { ...OPTIONS, endpoint, splitBytes: 10_000 });
    const found = await executor.map(async (item) => {
      const lines = [];
      for await (const line of item.lines()) lines.push(line);
      return [item.key, lines] as const;
    }, source);
    const linesOfKey = (key: string) => found.filter((one) => one[0] === key).flatMap(([, lines]) => lines);
    expect(linesOfKey("in/a b.txt")).toEqual(linesOf(TEXT));
    expect(linesOfKey("in/b+ü.txt")).toEqual(["one", "two"]);
    expect(found.at(-1)).toEqual(["in/c.txt", []]);
    const items: InputItem[] = [];
    for await (const item of objects(`s3://${bucket}/in/b*`, { ...OPTIONS, endpoint })) items.push(item);
    await store.put("in/b+ü.txt", Buffer.from("one\nTWO"));
    const [{ reason }] = (await executor.map((item) => item.text(), items).settled()) as [PromiseRejectedResult];
    expect(reason.message).toMatch(/InputError: .*b\+ü\.txt was changed after it was listed/);
  });
});

describe("on Lambda", () => {
  async function newCloud() {
    const double = await newS3Double();
    const { accessKeyId, secretAccessKey } = double.credentials;
    const environment = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const lambda = await startDeployedLambda({}, { environment });
    onTestFinished(() => lambda.close());
    const store = newS3Store(double, { bucket: double.createBucket(), prefix: randomUUID() });
    const backend = new LambdaBackend({ ...lambda.clientOptions, concurrency: 2 });
    const executor = new Executor({ backend, store, progress: false });
    onTestFinished(() => executor.close());
    return { double, executor };
  }

  it("objects are read by the workers alone", async () => {
    const { double, executor } = await newCloud();
    const bucket = double.createBucket();
    await fill(double, bucket, { "a.txt": TEXT, "b.csv": 'n,text\n1,"a\nb"\n2,c' });
    const { endpoint, credentials } = double;
    const options = { ...OPTIONS, endpoint, credentials };
    const lines = await executor.map(linesIn, objects(`s3://${bucket}/a*`, { ...options, splitBytes: 20_000 }));
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.flat()).toEqual(linesOf(TEXT));
    // None but for the first bytes of what is to be split, which tell whether it is compressed.
    const gets = double.log.filter((one) => one.operation === "GetObject" && one.bucket === bucket);
    expect(gets).toHaveLength(lines.length + 1);
    const records = await executor.map(
      async (item) => {
        const found = [];
        for await (const record of item.csv()) found.push(record);
        return found;
      },
      objects(`s3://${bucket}/b.csv`, options),
    );
    expect(records).toEqual([
      [
        { n: "1", text: "a\nb" },
        { n: "2", text: "c" },
      ],
    ]);
  });

  it("files of this machine are refused before anything is sent, and go by upload()", async () => {
    const { double, executor } = await newCloud();
    const cwd = newFiles({ "a.txt": TEXT });
    const [item] = (await (async () => {
      for await (const one of files("a.txt", { cwd })) return [one];
      return [];
    })()) as [InputItem];
    expect(() => executor.map((one) => one.key, files("a.txt", { cwd }))).toThrow(OptionError);
    expect(() => executor.map(({ one }) => one.key, [{ one: item }])).toThrow(CodecError);
    expect(() => executor.map(() => item.key, [1])).toThrow(CaptureError);
    expect(double.log).toEqual([]);
    const lines = await executor.map(linesIn, await executor.upload("a.txt", { cwd, splitCount: 3 }));
    expect(lines.flat()).toEqual(linesOf(TEXT));
  });
});
