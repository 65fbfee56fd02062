// npm run bench:several -- --calls 400: this machine's workers and the local Lambda as one, beside each alone, in one run: whether the results are
// right, the time, and what ran where. Calls wait, as those of most services do, so that the two places do not compete for this machine's cores;
// --compute has them compute instead. The local Lambda is the stand-in of the tests, with AWS' own runtime client, and its workers start like
// others: the first job of each pays for that.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { type Backend, Executor, FileStore, LambdaBackend, LocalBackend, type Reach } from "../dist/src/index.js";
import { startDeployedLambda } from "../test/support/deployed-lambda.js";

/** Lambda is on this machine here, so that its workers reach the folder. */
class NearStore extends FileStore {
  // @ts-expect-error Only what is told of it differs.
  override readonly reach: Reach = "network";
}

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "400" },
    ms: { type: "string", default: "50" },
    workers: { type: "string", default: "2" },
    runs: { type: "string", default: "3" },
    compute: { type: "boolean", default: false },
  },
});
const [calls, ms, workers, runs] = [values.calls, values.ms, values.workers, values.runs].map(Number) as [
  number,
  number,
  number,
  number,
];
const inputs = Array.from({ length: calls }, (_, i) => i);
const { compute } = values;

/** Twice the input, after so long. */
async function work(x: number): Promise<number> {
  if (!compute) await new Promise((resolve) => setTimeout(resolve, ms));
  else for (const end = performance.now() + ms; performance.now() < end; );
  return 2 * x;
}

const folder = mkdtempSync(join(tmpdir(), "nodewren-several-"));
const lambda = await startDeployedLambda();
const local = () => new LocalBackend({ workers });
const cloud = () => new LambdaBackend({ ...lambda.clientOptions, concurrency: workers, invocation: "push" });
const CASES: [string, () => Backend | Backend[]][] = [
  ["local alone", local],
  ["lambda alone", cloud],
  ["both", () => [local(), cloud()]],
];

interface Measured {
  name: string;
  wrong: number;
  /** The first job, whose workers start, and the middle one of those after it. */
  firstMs: number;
  warmMs: number;
  where: string;
}

async function measure(name: string, backend: Backend | Backend[]): Promise<Measured> {
  const executor = new Executor({ backend, store: new NearStore(folder), progress: false });
  try {
    const times: number[] = [];
    let wrong = 0;
    let where = "";
    for (let run = 0; run <= runs; run++) {
      const started = performance.now();
      const job = executor.map(work, inputs);
      const results = await job;
      times.push(performance.now() - started);
      wrong += results.filter((result, i) => result !== 2 * i).length + calls - results.length;
      const { places, copies } = job.report();
      where = `${places.map((place) => `${place.name} ${place.calls}`).join(", ")}; copies ${copies.started} (${copies.won} first)`;
    }
    const [firstMs = 0, ...warm] = times;
    const warmMs = warm.sort((a, b) => a - b)[warm.length >> 1] ?? 0;
    return { name, wrong, firstMs, warmMs, where };
  } finally {
    await executor.close();
  }
}

try {
  const measured: Measured[] = [];
  for (const [name, backend] of CASES) measured.push(await measure(name, backend()));
  const [here, there, both] = measured as [Measured, Measured, Measured];
  console.log(`${calls} calls of ${ms} ms that ${compute ? "compute" : "wait"}, ${workers} workers at each place`);
  for (const { name, wrong, firstMs, warmMs, where } of measured)
    console.log(
      `${name.padEnd(13)} wrong ${wrong}  first ${firstMs.toFixed(0)} ms  warm ${warmMs.toFixed(0)} ms  ${where}`,
    );
  const ratio = (one: Measured, key: "firstMs" | "warmMs") => (one[key] / both[key]).toFixed(2);
  console.log(
    `as one, ${ratio(here, "warmMs")}x as fast as local alone, ${ratio(there, "warmMs")}x as Lambda alone, with warm workers`,
  );
  console.log(
    `as one, ${ratio(here, "firstMs")}x as fast as local alone, ${ratio(there, "firstMs")}x as Lambda alone, when workers start`,
  );
  if (measured.some(({ wrong }) => wrong > 0)) process.exitCode = 1;
} finally {
  await lambda.close();
  rmSync(folder, { recursive: true, force: true });
}
