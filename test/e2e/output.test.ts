/** Results that workers write to a place of the user's. */
import { parse } from "csv-parse/sync";
import { type Delivered, Executor, LambdaBackend, OptionError, S3Store } from "nodewren";
import { describe, expect, it } from "vitest";
import { newWarmExecutor, sharedStore } from "../support/executors.js";
import { Place } from "../support/outputs.js";

const NUMBERS = Array.from({ length: 40 }, (_, i) => i);

describe("results go to their place", () => {
  it("as lines of JSON, one a call, in the order of the inputs, and nothing but counts comes back", async () => {
    const place = new Place();
    const job = newWarmExecutor().map((x) => ({ x, text: "ü\n" }), NUMBERS, { ...place.options, as: "jsonl" });
    const written: Delivered[] = await job;
    expect(written).toEqual(NUMBERS.map((x) => ({ records: 1, bytes: `{"x":${x},"text":"ü\\n"}\n`.length + 1 })));
    expect(await place.lines()).toEqual(NUMBERS.map((x) => ({ x, text: "ü\n" })));
    const { objects, ...manifest } = await place.manifest();
    expect(manifest).toEqual({
      nodewren: 1,
      jobId: job.id,
      as: "jsonl",
      status: "complete",
      calls: 40,
      written: 40,
      left: 0,
      records: 40,
      bytes: written.reduce((sum, { bytes }) => sum + bytes, 0),
      failed: [],
    });
    expect(objects).toHaveLength(job.report().shards);
  });

  it("as rows of CSV, with the columns of all rows of an object", async () => {
    const place = new Place();
    const day = new Date(86_400_000);
    const fn = (x: number) =>
      x === 1
        ? [
            { x, note: 'a "b",\r' },
            { x, big: 2n ** 64n },
          ]
        : { x, on: x > 1, day };
    const written = await newWarmExecutor().map(fn, [0, 1, 2], { ...place.options, as: "csv", shards: 1 });
    expect(written.map(({ records }) => records)).toEqual([1, 2, 1]);
    const [text = ""] = await place.texts();
    expect(parse(text, { columns: true })).toEqual([
      { x: "0", on: "false", day: day.toISOString(), note: "", big: "" },
      { x: "1", on: "", day: "", note: 'a "b",\r', big: "" },
      { x: "1", on: "", day: "", note: "", big: "18446744073709551616" },
      { x: "2", on: "true", day: day.toISOString(), note: "", big: "" },
    ]);
    expect(await place.manifest()).toMatchObject({ records: 4, bytes: Buffer.byteLength(text) });
  });

  it("as CSV of one column, whose empty cells are rows all the same", async () => {
    const place = new Place();
    await newWarmExecutor().map((x) => ({ only: x }), ["a", "", "b"], { ...place.options, as: "csv", shards: 1 });
    expect(parse((await place.texts())[0] as string)).toEqual([["only"], ["a"], [""], ["b"]]);
  });

  it("as bytes, and as what a function makes of them", async () => {
    const [bytes, text] = [new Place(), new Place()];
    const executor = newWarmExecutor();
    await executor.map((x) => Uint8Array.of(x, 255), [1, 2], { ...bytes.options, as: "bytes", shards: 1 });
    const [object] = (await bytes.manifest()).objects;
    expect([...((await bytes.store.get(object?.name ?? "")) as Uint8Array)]).toEqual([1, 255, 2, 255]);
    const mark = "#";
    const as = async (x: number, { index }: { index: number }) => `${mark}${index}: ${x}\n`;
    await executor.map((x: number) => x * 10, [1, 2, 3], { ...text.options, as });
    expect((await text.texts()).join("")).toBe("#0: 10\n#1: 20\n#2: 30\n");
    expect(await text.manifest()).toMatchObject({ as: "function", records: 3 });
  });

  it("of a stream that a loop reads, and of a single call", async () => {
    const [place, single] = [new Place(), new Place()];
    const executor = newWarmExecutor();
    async function* source() {
      yield* NUMBERS;
    }
    const job = executor.map((x: number) => x, source(), place.options);
    let records = 0;
    for await (const written of job) records += written.records;
    expect(records).toBe(40);
    expect(await place.lines()).toEqual(NUMBERS);
    expect(await place.manifest()).toMatchObject({ status: "complete", calls: 40 });
    expect(await executor.call((x: number) => x, 7, single.options)).toEqual({ records: 1, bytes: 2 });
  });
});

describe("what fails", () => {
  it("is left out, and named in the manifest", async () => {
    const place = new Place();
    const fn = (x: number) => {
      if (x % 3 === 0) throw new RangeError(`${x} is no good`);
      return x === 4 ? new Map() : x;
    };
    const job = newWarmExecutor().map(fn, [1, 2, 3, 4, 5, 6], { ...place.options, shards: 2 });
    await expect(job).rejects.toThrow(/is no good|result is a Map/);
    await job.settled();
    expect(await place.lines()).toEqual([1, 2, 5]);
    expect(await place.manifest()).toMatchObject({
      status: "complete",
      calls: 6,
      written: 3,
      failed: [
        { index: 2, error: "CallError", code: "CALL", message: expect.stringContaining("RangeError: 3 is no good") },
        { index: 3, error: "CodecError", code: "CODEC", message: expect.stringContaining("result is a Map") },
        { index: 5, error: "CallError" },
      ],
    });
  });

  it("with its worker leaves no line behind twice, and loses none of the others", async () => {
    const place = new Place();
    const fn = (x: number) => {
      if (x === 5) process.exit(3);
      return x;
    };
    const job = newWarmExecutor().map(fn, NUMBERS.slice(0, 12), { ...place.options, shards: 2 });
    const settled = await job.settled();
    expect(settled[5]).toMatchObject({ reason: { code: "WORKER_LOST" } });
    expect(await place.lines()).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]);
    expect((await place.manifest()).failed).toMatchObject([{ index: 5, code: "WORKER_LOST" }]);
  });
});

describe("a place", () => {
  it("takes one job: another one is refused, and what is there stands", async () => {
    const place = new Place();
    const executor = newWarmExecutor({ store: sharedStore() });
    const first = executor.map((x: number) => x, [1, 2], place.options);
    await first;
    const second = executor.map((x: number) => -x, [1, 2], place.options);
    await expect(second).rejects.toThrow(`the output of job ${first.id}`);
    await expect(second).rejects.toBeInstanceOf(OptionError);
    expect(await place.lines()).toEqual([1, 2]);
    expect((await place.manifest()).jobId).toBe(first.id);
  });

  it("with somebody's own manifest is refused, too", async () => {
    const place = new Place();
    await place.store.put("manifest.json", Buffer.from("[1]"));
    const job = newWarmExecutor().map((x: number) => x, [1], place.options);
    await expect(job).rejects.toThrow(/a manifest.json that is no job's/);
    expect(await place.text("manifest.json")).toBe("[1]");
  });

  it("is free again after a job that wrote nothing, and says so of one that was cancelled later", async () => {
    const place = new Place();
    const executor = newWarmExecutor();
    const wait = async (x: number, { signal }: { signal: AbortSignal }) => {
      if (x > 0) await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("told"))));
      return x;
    };
    const early = executor.map(wait, [1], place.options);
    early.cancel();
    await early.settled();
    const job = executor.map(wait, [0, 1], { ...place.options, callsPerShard: 1 });
    await job.futures[0];
    job.cancel();
    await job.settled();
    expect(await place.lines()).toEqual([0]);
    expect(await place.manifest()).toMatchObject({ status: "incomplete", calls: 2, written: 1, left: 1, failed: [] });
  });

  it.each(["ftp://host/x", "", "s3://", 5])("is refused where it is %j", (output) => {
    expect(() => newWarmExecutor().map((x: number) => x, [1], { output: output as string })).toThrow(OptionError);
  });

  it("on this machine is refused for workers elsewhere, with the cure", () => {
    const store = new S3Store({ bucket: "bucket", endpoint: "http://127.0.0.1:9" });
    const executor = new Executor({ backend: new LambdaBackend({ region: "eu-west-1" }), store });
    expect(() => executor.map((x: number) => x, [1], { output: "out" })).toThrow(/output: "s3:\/\/bucket\/prefix\/"/);
  });

  it("is of no use to forms that need the results", () => {
    const executor = newWarmExecutor();
    const { output } = new Place();
    const sum = (a: number, b: number) => a + b;
    expect(() => executor.mapReduce((x: number) => x, [1], sum, { output })).toThrow(/mapReduce\(\) has no option/);
    expect(() => executor.sh(["ls"], { output } as object)).toThrow(/sh\(\) has no option output/);
    expect(() => executor.parallelFor(0, 1, () => {}, { output } as object)).toThrow(/parallelFor\(\) has no option/);
  });
});
