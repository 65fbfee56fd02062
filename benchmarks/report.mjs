// Is the speed-up that a report tells that against one worker? Four workers for each core, so that they are in each other's way.
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Executor } from "nodewren";
import { inNewProcess, median } from "./lib/measure.mjs";

const CALLS = 96;
const ROUNDS = 3;

/** One ms of arithmetic, so many times. */
function compute(ms) {
  let x = ms + 0.5;
  for (let i = 0; i < ms * 40_000; i++) x = Math.sin(x) + 1.5;
  return x;
}

const kinds = {
  computes: () => compute(20),
  waits: () => sleep(20),
  "both, in turn": async () => {
    compute(10);
    await sleep(20);
  },
  "blocks its thread": () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20),
};

export function report(cores) {
  const workers = 4 * cores;
  const rows = Object.keys(kinds).map((kind) => {
    const { measured, reported } = inNewProcess("report.mjs", [kind, workers]);
    const off = `${((reported / measured - 1) * 100).toFixed(1)}%`;
    return `| ${kind} | ${measured.toFixed(2)} | ${reported.toFixed(2)} | ${off} |`;
  });
  return [
    `### The speed-up that a report tells: ${CALLS} calls, ${workers} workers on ${availableParallelism()} cores`,
    "",
    "| a call | time with one worker over that with all | `report.speedUp` | off by |",
    "|---|---:|---:|---:|",
    ...rows,
    "",
  ].join("\n");
}

/** Wall time from `map()` to the last result, ms, and the speed-up that the report tells, on workers that are warm. */
async function measure(fn, executor) {
  const job = executor.map(
    fn,
    Array.from({ length: CALLS }, (_, i) => i),
  );
  await job;
  const { wallMs, speedUp } = job.report();
  return { wallMs, speedUp };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const fn = kinds[process.argv[2]];
  const [one, all] = [1, Number(process.argv[3])].map((workers) => new Executor({ workers, progress: false }));
  await one.warm(1);
  await all.warm(Number(process.argv[3]));
  const rounds = [];
  // In turn, so that what else the machine does is the same for both.
  for (let i = 0; i < ROUNDS; i++) rounds.push({ alone: await measure(fn, one), beside: await measure(fn, all) });
  await one.close();
  await all.close();
  const measured = median(rounds.map(({ alone, beside }) => alone.wallMs / beside.wallMs));
  console.log(JSON.stringify({ measured, reported: median(rounds.map(({ beside }) => beside.speedUp)) }));
}
