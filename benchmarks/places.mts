// npm run bench:places -- --calls 1000: the matrix of examples/matvec.ts times a vector, on two workers of each place beside this machine's own, in
// one run: whether the results are right, the time, the speed-up, and what a shard costs there. A place whose parts are missing says so.
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { type Backend, Executor, type Store } from "../dist/src/index.js";
import { deviationOf, fillNormal } from "../examples/lib/normal.js";
import { PLACES } from "./places/places.js";

const SIZE = 1024;
const WORKERS = 2;

/** Calls that do nothing, each a shard of its own, for what a shard costs. */
const SHARDS = 200;

const { values } = parseArgs({ options: { calls: { type: "string", default: "1000" }, place: { type: "string" } } });
const bs = Array.from({ length: Number(values.calls) }, (_, i) => 0.1 + (i * 99.9) / (Number(values.calls) - 1));

/** A·x for x ~ N(0, b) of 1,024 numbers and A ~ N(0, b) of 1,024 × 1,024: each result's deviation should be 32·b². */
function matrixTimesVector(b: number): Float64Array {
  const x = fillNormal(new Float64Array(SIZE), b);
  const matrix = fillNormal(new Float64Array(SIZE * SIZE), b);
  const product = new Float64Array(SIZE);
  for (let row = 0; row < SIZE; row++) {
    let sum = 0;
    for (let column = 0; column < SIZE; column++) sum += (matrix[row * SIZE + column] ?? 0) * (x[column] ?? 0);
    product[row] = sum;
  }
  return product;
}

function wrongOf(results: readonly Float64Array[]): number {
  const isRight = (result: Float64Array, i: number) => {
    const ratio = deviationOf(result) / (32 * (bs[i] ?? 0) ** 2);
    return ratio > 0.8 && ratio < 1.2;
  };
  return results.filter((result, i) => !isRight(result, i)).length + bs.length - results.length;
}

async function measure(backend: Backend, store: Store): Promise<string[]> {
  const executor = new Executor({ backend, store, progress: false });
  try {
    // The first job starts workers, wherever they are.
    await executor.map((x: number) => x, [1, 2], { callsPerShard: 1 });
    const shardMs = await timeOf(() => executor.map((x: number) => x, Array(SHARDS).fill(0), { callsPerShard: 1 }));
    const started = performance.now();
    const job = executor.map(matrixTimesVector, bs, { speculate: false });
    const wrong = wrongOf(await job);
    const seconds = (performance.now() - started) / 1000;
    const { speedUp, shards } = await job.report();
    const perShard = ((shardMs / SHARDS) * WORKERS).toFixed(1);
    return [String(wrong), seconds.toFixed(1), speedUp.toFixed(2), String(shards), perShard];
  } finally {
    await executor.close();
  }
}

async function timeOf(run: () => PromiseLike<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

const rows = [["place", "wrong", "s", "speed-up", "shards", "ms a shard and worker"]];
for (const { name, missing, open } of PLACES.filter(
  (one) => values.place === undefined || one.name.includes(values.place),
)) {
  const lacking = await missing?.();
  if (lacking) {
    rows.push([name, `SKIPPED: ${lacking}`]);
    continue;
  }
  const opened = await open();
  try {
    rows.push([name, ...(await measure(opened.backend, opened.store))]);
  } finally {
    await opened.close();
  }
}
const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
for (const row of rows) console.log(row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  "));
if (rows.slice(1).some(([, wrong]) => /^[1-9]/.test(wrong ?? ""))) process.exitCode = 1;
