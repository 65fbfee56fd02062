/**
 * Three jobs on the local Lambda, each run twice on new workers: what was expected of the second run, what its report says, and what AWS
 * would bill for what Lambda's log and the S3 server have recorded. Then the ids of a trace, from this program to the calls. Ends with 1
 * where anything is more than a tenth apart.
 */
import { randomUUID } from "node:crypto";
import { trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { Executor, type JobOptions, type JobReport, LambdaBackend, type LambdaBackendOptions, S3Store } from "nodewren";
import { awsBill } from "../test/support/aws-bill.js";
import { FUNCTION_NAME, startDeployedLambda } from "../test/support/deployed-lambda.js";
import { startS3Double } from "../test/support/s3-double/double.js";

interface ShownJob {
  name: string;
  fn(input: number): unknown;
  inputs: readonly number[];
  options: JobOptions;
  invocation: "push" | "poll";
}

const WORKERS = 2;
/** Most that an estimate or a report may be off, as a part of the bill. */
const MAX_OFF = 0.1;

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

const JOBS: readonly ShownJob[] = [
  {
    name: "requests that wait, pushed",
    fn: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    inputs: range(24).map(() => 500),
    options: { callsPerShard: 4 },
    invocation: "push",
  },
  {
    name: "calls of very different length, polled",
    fn: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    inputs: range(30).map((i) => 100 + 60 * i),
    options: { callsPerShard: 5 },
    invocation: "poll",
  },
  {
    name: "arithmetic and waiting, pushed",
    fn: async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      let sum = 0;
      for (let i = 0; i < 2e7; i++) sum += Math.sqrt(i);
      return sum;
    },
    inputs: range(20).map(() => 500),
    options: { callsPerShard: 5 },
    invocation: "push",
  },
];

/** Runs `work` with an executor on workers that nobody has used. */
async function onNewWorkers<T>(
  options: LambdaBackendOptions,
  work: (executor: Executor, bill: () => ReturnType<typeof awsBill>) => Promise<T>,
): Promise<T> {
  const s3 = await startS3Double();
  const { accessKeyId, secretAccessKey } = s3.credentials;
  const environment = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const lambda = await startDeployedLambda({ nestedMaps: false }, { environment });
  const store = new S3Store({
    endpoint: s3.endpoint,
    credentials: s3.credentials,
    bucket: s3.createBucket(),
    prefix: randomUUID(),
  });
  const backend = new LambdaBackend({ ...lambda.clientOptions, concurrency: WORKERS, pollMs: 200, ...options });
  const executor = new Executor({ backend, store, progress: false });
  try {
    return await work(executor, () => awsBill(lambda.logOf(FUNCTION_NAME), s3.log));
  } finally {
    await executor.close();
    await lambda.close();
    await s3.close();
  }
}

async function run({ fn, inputs, options, invocation }: ShownJob) {
  return onNewWorkers({ invocation }, async (executor, bill) => {
    const job = executor.map(fn, inputs, { ...options, speculate: false });
    await job;
    const report = job.report();
    // The last line of the log comes after the last result.
    while (bill().invocations < report.shards) await new Promise((resolve) => setTimeout(resolve, 20));
    return { report, bill: bill() };
  });
}

const usd = (amount: number | undefined) => `$${(amount ?? 0).toFixed(7)}`;

async function show(job: ShownJob): Promise<boolean> {
  const { fn, inputs, options, invocation } = job;
  const estimate = (more: { basedOn?: JobReport }) =>
    onNewWorkers({ invocation }, (executor) => executor.estimate(fn, inputs, { ...options, ...more }));
  const unseen = await estimate({});
  const first = await run(job);
  const replayed = await estimate({ basedOn: first.report });
  const { report, bill } = await run(job);
  const rows: [string, number | undefined, number, boolean][] = [
    ["estimate, from calls run here", unseen.usd?.expected, unseen.cost.gbSeconds, false],
    ["estimate, based on the first run", replayed.usd?.expected, replayed.cost.gbSeconds, true],
    ["report of the second run", report.cost.usd, report.cost.gbSeconds, true],
  ];
  console.log(`${job.name}: ${inputs.length} calls, ${bill.invocations} invocations`);
  console.log(`  ${"bill of the second run".padEnd(34)} ${usd(bill.usd)}  ${(bill.billedMs / 1000).toFixed(2)} GB-s`);
  for (const [name, amount = 0, gbSeconds] of rows) {
    const off = (amount / bill.usd - 1) * 100;
    console.log(
      `  ${name.padEnd(34)} ${usd(amount)}  ${gbSeconds.toFixed(2)} GB-s  ${off >= 0 ? "+" : ""}${off.toFixed(1)} %`,
    );
  }
  return rows.every(([, amount = 0, , counts]) => !counts || Math.abs(amount / bill.usd - 1) <= MAX_OFF);
}

/** From the program's own span to what a call saw. */
async function showTrace(): Promise<boolean> {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
  const seen = await onNewWorkers({}, (executor) =>
    trace.getTracer("show-cost").startActiveSpan("program", async (span) => {
      const fn = (_: number, { traceparent }: { traceparent: string | undefined }) => traceparent;
      const values = await executor.map(fn, [1, 2], { callsPerShard: 1, speculate: false, trace: true });
      span.end();
      return values;
    }),
  );
  const spans = exporter.getFinishedSpans();
  const nameOf = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  console.log("trace");
  for (const span of spans.filter(({ name }) => name === "nodewren.call")) {
    const way = [];
    for (let at: (typeof spans)[number] | undefined = span; at; ) {
      way.unshift(`${at.name} ${at.spanContext().spanId}`);
      const parent: string | undefined = at.parentSpanContext?.spanId;
      at = spans.find((one) => one.spanContext().spanId === parent);
    }
    console.log(`  ${span.spanContext().traceId}: ${way.join(" > ")}`);
  }
  for (const value of seen)
    console.log(`  a call on a worker saw ${value}, of ${nameOf.get(value?.split("-")[2] ?? "")}`);
  return seen.every((value) => nameOf.get(value?.split("-")[2] ?? "") === "nodewren.shard");
}

const near: boolean[] = [];
for (const job of JOBS) near.push(await show(job));
const isTraced = await showTrace();
process.exitCode = near.every(Boolean) && isTraced ? 0 : 1;
