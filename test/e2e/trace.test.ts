/**
 * Traces of jobs, by OpenTelemetry's own SDK and exporter to a collector, and to the socket of X-Ray's daemon.
 *
 * @module-tag long
 */
import { context, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { Executor, FileStore } from "nodewren";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { decodeJobRecord } from "../../src/wire/job-record.js";
import { jobKey } from "../../src/wire/keys.js";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { type CollectedSpan, startCollector } from "../support/otlp-collector.js";
import { newOwnCloud } from "../support/own-cloud.js";
import { until } from "../support/until.js";
import { startDaemon } from "../support/x-ray-daemon.js";

/** Time for what comes by a socket, ms. */
const LIMIT_MS = 60_000;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe("OpenTelemetry", () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let provider: NodeTracerProvider;

  beforeAll(async () => {
    collector = await startCollector();
    const exporter = new OTLPTraceExporter({ url: collector.url });
    provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    provider.register();
  });

  afterAll(async () => {
    await provider.shutdown();
    trace.disable();
    context.disable();
    await collector.close();
  });

  /** What came to the collector of what `run` did within a span of the program's own. */
  async function collected(run: () => Promise<unknown>): Promise<CollectedSpan[]> {
    const before = collector.spans.length;
    await trace.getTracer("test").startActiveSpan("program", async (span) => {
      await run();
      span.end();
    });
    // Nothing is waited for: what a job's awaiter may flush has to be there.
    await provider.forceFlush();
    return collector.spans.slice(before);
  }

  const named = (spans: readonly CollectedSpan[], name: string) => spans.filter((span) => span.name === name);
  const only = (spans: readonly CollectedSpan[], name: string) => {
    expect(named(spans, name)).toHaveLength(1);
    return named(spans, name)[0] as CollectedSpan;
  };

  it("a job, its shards and its calls are one trace below the program's own span, in time", async () => {
    const executor = newExecutor({ workers: 2, trace: true });
    let told: unknown[] = [];
    const spans = await collected(async () => {
      const fn = async (ms: number, { traceparent }: { traceparent: string | undefined }) => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return traceparent;
      };
      told = await executor.map(fn, [5, 10, 15, 20], { callsPerShard: 2, speculate: false });
    });
    const [program, job] = [only(spans, "program"), only(spans, "nodewren.job")];
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([program.traceId]));
    expect(job.parentSpanId).toBe(program.spanId);
    expect(job.attributes).toMatchObject({ "nodewren.calls": 4, "nodewren.failed": 0, "nodewren.function": "fn" });
    const shards = named(spans, "nodewren.shard");
    expect(shards.map(({ parentSpanId }) => parentSpanId)).toEqual([job.spanId, job.spanId]);
    const calls = named(spans, "nodewren.call").sort((a, b) => indexOf(a) - indexOf(b));
    expect(calls.map(indexOf)).toEqual([0, 1, 2, 3]);
    for (const [i, call] of calls.entries()) {
      const shard = shards.find(({ spanId }) => spanId === call.parentSpanId) as CollectedSpan;
      expect(told[i]).toBe(`00-${program.traceId}-${shard.spanId}-01`);
      expect(call.endMs - call.startMs).toBeGreaterThanOrEqual(([5, 10, 15, 20][i] as number) - 1);
      expect([job.startMs <= shard.startMs, shard.startMs <= call.startMs]).toEqual([true, true]);
      expect([call.endMs <= shard.endMs + 1, shard.endMs <= job.endMs + 1]).toEqual([true, true]);
    }
  });

  it("failures are told on the call and the job, and a worker that dies on its shard", async () => {
    const executor = newExecutor({ workers: 1, trace: true });
    const spans = await collected(async () => {
      const fn = (x: number) => {
        if (x === 1) throw new RangeError("one");
        if (x === 2) process.kill(process.pid, "SIGKILL");
        return x;
      };
      await executor.map(fn, [0, 1, 2], { callsPerShard: 1, maxAttempts: 1 }).settled();
    });
    const failed = named(spans, "nodewren.call").filter(({ error }) => error !== undefined);
    expect(failed.map(indexOf)).toEqual([1]);
    expect(failed[0]).toMatchObject({
      error: expect.stringContaining("RangeError: one"),
      attributes: { "error.type": "CALL" },
    });
    const [dead] = named(spans, "nodewren.shard").filter(({ error }) => error !== undefined);
    expect(dead?.attributes).toMatchObject({ "nodewren.shard.first": 2 });
    expect(only(spans, "nodewren.job")).toMatchObject({
      error: expect.any(String),
      attributes: { "nodewren.failed": 2 },
    });
  });

  it("a cancelled job has an end, and so have shards that were under way", async () => {
    const executor = newExecutor({ workers: 1, trace: true });
    const spans = await collected(async () => {
      const job = executor.map(() => new Promise(() => {}), [1]);
      await sleep(300);
      job.cancel();
      await job.settled();
    });
    expect(only(spans, "nodewren.job").attributes).toMatchObject({ "error.type": "CANCELLED" });
    for (const shard of named(spans, "nodewren.shard"))
      expect(shard.attributes).toMatchObject({ "nodewren.left": true });
    expect(named(spans, "nodewren.call")).toEqual([]);
  });

  it("whoever attaches goes on with the trace that the record names", async () => {
    const store = new FileStore(newFolder());
    const executor = newExecutor({ workers: 1, store, trace: true });
    let jobId = "";
    const first = await collected(async () => {
      const job = executor.map((x: number) => x, [1]);
      await job;
      jobId = job.id;
    });
    const job = only(first, "nodewren.job");
    const { traceparent } = decodeJobRecord((await store.get(jobKey(jobId))) as Uint8Array, "");
    expect(traceparent).toBe(`00-${job.traceId}-${job.spanId}-01`);
    const before = collector.spans.length;
    await executor.attach(jobId);
    await provider.forceFlush();
    expect(only(collector.spans.slice(before), "nodewren.job")).toMatchObject({
      traceId: job.traceId,
      parentSpanId: job.spanId,
    });
  });

  it("on Lambda as well, where only the store tells", async () => {
    const { newExecutor: onLambda } = await newOwnCloud({ invocation: "poll", pollMs: 100 });
    const { executor } = onLambda();
    let told: unknown[] = [];
    const spans = await collected(async () => {
      const fn = (_: number, { traceparent }: { traceparent: string | undefined }) => traceparent;
      told = await executor.map(fn, [1, 2], { callsPerShard: 1, speculate: false, trace: true });
    });
    const shards = named(spans, "nodewren.shard");
    const calls = named(spans, "nodewren.call");
    expect(calls.map(({ parentSpanId }) => parentSpanId).sort()).toEqual(shards.map(({ spanId }) => spanId).sort());
    const sent = shards.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
    expect([...told].sort()).toEqual(sent.sort());
  });

  it("no job is traced without the option", async () => {
    const executor = newExecutor({ workers: 1 });
    const fn = (_: number, { traceparent }: { traceparent: string | undefined }) => traceparent;
    let told: unknown;
    const spans = await collected(async () => {
      told = await executor.map(fn, [1]);
    });
    expect([spans.map(({ name }) => name), told]).toEqual([["program"], [undefined]]);
  });
});

const indexOf = ({ attributes }: Pick<CollectedSpan, "attributes">) => Number(attributes["nodewren.call.index"]);

it("a program without an SDK is told that spans go nowhere", async () => {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error) => void warnings.push(message);
  process.on("warning", onWarning);
  onTestFinished(() => void process.off("warning", onWarning));
  expect(await newExecutor({ workers: 1, trace: true }).map((x: number) => x, [1])).toEqual([1]);
  await until(() => warnings.length > 0, LIMIT_MS);
  expect(warnings).toEqual([expect.stringContaining("no OpenTelemetry SDK is registered")]);
});

describe("X-Ray", () => {
  async function newDaemon() {
    const daemon = await startDaemon();
    onTestFinished(() => daemon.close());
    vi.stubEnv("AWS_XRAY_DAEMON_ADDRESS", `tcp:127.0.0.1:1 udp:${daemon.address}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    return daemon;
  }

  it("the daemon gets a segment of the job, and subsegments of its shards with their calls", async () => {
    const { documents } = await newDaemon();
    const executor = newExecutor({ workers: 2, trace: "x-ray" });
    const work = (x: number, { traceparent }: { traceparent: string | undefined }) => {
      if (x === 3) throw new TypeError("three");
      return traceparent;
    };
    const settled = await executor.map(work, [0, 1, 2, 3], { callsPerShard: 2, speculate: false }).settled();
    await until(() => documents.length === 3, LIMIT_MS);
    const job = documents.find(({ type }) => type === undefined);
    const shards = documents.filter(({ type }) => type === "subsegment");
    expect(job).toMatchObject({ name: "nodewren work", fault: true, annotations: { calls: 4, failed: 1 } });
    expect(job?.trace_id).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    // X-Ray refuses what is older than 30 days by this.
    expect(Math.abs(Number.parseInt(job?.trace_id.slice(2, 10) ?? "", 16) - Date.now() / 1000)).toBeLessThan(60);
    expect(shards.map(({ parent_id, trace_id }) => [parent_id, trace_id])).toEqual(
      shards.map(() => [job?.id, job?.trace_id]),
    );
    const calls = shards.flatMap(({ subsegments = [] }) => subsegments);
    expect(calls.map(({ annotations }) => annotations.call_index).sort()).toEqual([0, 1, 2, 3]);
    const failed = calls.filter(({ fault }) => fault);
    expect(failed[0]?.cause?.exceptions).toEqual([
      expect.objectContaining({ type: "CALL", message: expect.stringContaining("three") }),
    ]);
    const ids = shards.map(({ id }) => `00-${job?.trace_id.slice(2).replace("-", "")}-${id}-01`);
    const values = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(values.every((value) => ids.includes(value as string))).toBe(true);
  });

  it("a job is part of the trace that its environment names, and is left out where that is not sampled", async () => {
    const { documents } = await newDaemon();
    const root = "1-5759e988-bd862e3fe1be46a994272793";
    vi.stubEnv("_X_AMZN_TRACE_ID", `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`);
    const executor = newExecutor({ workers: 1, trace: "x-ray" });
    await executor.map((x: number) => x, [1]);
    await until(() => documents.length === 2, LIMIT_MS);
    expect(documents.find(({ type }) => !type)).toMatchObject({ trace_id: root, parent_id: "53995c3f42cd8ad8" });
    vi.stubEnv("_X_AMZN_TRACE_ID", `Root=${root};Parent=53995c3f42cd8ad8;Sampled=0`);
    await executor.map((x: number) => x, [1]);
    await sleep(100);
    expect(documents).toHaveLength(2);
  });

  it("shards with many calls take more than one document, none of which is too large", async () => {
    const { documents } = await newDaemon();
    const executor = newExecutor({ workers: 1, trace: "x-ray" });
    const inputs = Array.from({ length: 400 }, (_, i) => i);
    await executor.map((x: number) => x, inputs, { shards: 1 });
    const count = () =>
      documents.flatMap(({ annotations, subsegments = [] }) => [
        annotations,
        ...subsegments.map((one) => one.annotations),
      ]);
    await until(() => count().filter(({ call_index }) => call_index !== undefined).length === 400, LIMIT_MS);
    for (const document of documents) expect(JSON.stringify(document).length).toBeLessThan(64_000);
  });

  it("a wrong address of the daemon fails the job before it starts, and one where nobody is does not", async () => {
    vi.stubEnv("AWS_XRAY_DAEMON_ADDRESS", "nowhere");
    onTestFinished(() => void vi.unstubAllEnvs());
    const executor = newExecutor({ workers: 1, trace: "x-ray" });
    await expect(executor.map((x: number) => x, [1])).rejects.toMatchObject({ code: "OPTION", option: "trace" });
    vi.stubEnv("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:9");
    expect(await executor.map((x: number) => x, [1])).toEqual([1]);
  });
});

it("other values of the option are refused", () => {
  expect(() => new Executor({ trace: "jaeger" as never })).toThrow(
    /Option trace of new Executor\(\) must be true, false or "x-ray"/,
  );
});
