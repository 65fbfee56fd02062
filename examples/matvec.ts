// PyWren's own example: a random matrix times a random vector, for 1,000 values of b. npm run demo
// (Jonas et al., "Occupy the Cloud: Distributed Computing for the 99%", 2017.)
import { Executor } from "nodewren";
import { deviationOf, fillNormal } from "./lib/normal.js";

const SIZE = 1024;
/** The one argument gives another number. */
const CALLS = Number(process.argv[2] ?? 1000);
const LOOP_STEP = 10;

/** A·x for x ~ N(0, b) of 1,024 numbers and A ~ N(0, b) of 1,024 × 1,024. */
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

/** Each result's standard deviation should be 32·b²: a sum of 1,024 products, each of deviation b·b. */
function checkResults(results: Float64Array[], bs: number[]): string {
  const ratios = results.map((result, i) => deviationOf(result) / (32 * (bs[i] ?? 0) ** 2));
  const wrong = ratios.filter((ratio, i) => !(ratio > 0.8 && ratio < 1.2 && results[i] instanceof Float64Array));
  if (results.length !== CALLS || wrong.length > 0) throw new Error(`${wrong.length} of ${results.length} are wrong`);
  return `${Math.min(...ratios).toFixed(3)}..${Math.max(...ratios).toFixed(3)}`;
}

/** CPU time of this process so far, s. Unlike the clock's, it does not depend on what other programs do meanwhile. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The same calls in a plain loop, s; every tenth is timed, and stands for ten. */
function timeLoop(bs: number[]): number {
  const sample = bs.filter((_, i) => i % LOOP_STEP === 0);
  matrixTimesVector(1);
  const started = cpuSeconds();
  for (const b of sample) matrixTimesVector(b);
  return (cpuSeconds() - started) * (bs.length / sample.length);
}

const bs = Array.from({ length: CALLS }, (_, i) => 0.1 + (i * (100 - 0.1)) / (CALLS - 1));
// In one process that has run nothing before, as the workers have not: a loop that runs after other work, or beside it, is another.
const alone = new Executor({ workers: 1 });
const loopSeconds = await alone.call(timeLoop, bs);
await alone.close();

const executor = new Executor();
const started = performance.now();
const job = executor.map(matrixTimesVector, bs);
const results = await job;
const seconds = (performance.now() - started) / 1000;
await executor.close();

console.log(`deviation over 32·b²: ${checkResults(results, bs)}`);
console.log(String(job.report()));
console.log(`loop in one process: ${loopSeconds.toFixed(1)} s of CPU time (by every tenth call)`);
console.log(`${results.length} calls in ${seconds.toFixed(1)} s, speed-up ${(loopSeconds / seconds).toFixed(2)}x`);
