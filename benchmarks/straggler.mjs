// One shard of 64 runs on a slow worker and takes ten times as long: the job with copies of shards that lag, and without.
import { inNewProcess, median } from "./lib/measure.mjs";
import { table } from "./lib/table.mjs";

const SHARDS = 64;
/** Calls wait, so that this many workers fit on any machine. */
const WORKERS = 8;
const CALL_MS = 500;
const SLOWER = 10;
const RUNS = 3;
/** One of the last, which nothing else is left to wait for. */
const STRAGGLER = 60;

export function straggler() {
  const [copied, waited] = [true, false].map((speculate) => inNewProcess("straggler.mjs", [speculate]));
  return [
    table(
      `One straggler of ${SLOWER}× among ${SHARDS} shards of ${CALL_MS} ms on ${WORKERS} workers, ms`,
      ["the job"],
      [
        { name: "with copies of shards that lag (`speculate`, the default)", values: [copied] },
        { name: "without", values: [waited] },
      ],
    ),
    `With copies it takes ${(copied / waited).toFixed(2)} of the time that it takes without. Without any straggler it would be ${(SHARDS / WORKERS) * CALL_MS} ms.`,
    "",
  ].join("\n");
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const speculate = process.argv[2] === "true";
  const { Executor } = await import("nodewren");
  const executor = new Executor({ workers: WORKERS, progress: false });
  const wait = async (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const inputs = Array.from({ length: SHARDS }, (_, i) => i);
  // Each worker has started.
  await executor.map(() => wait(100), Array(WORKERS).fill(0), { callsPerShard: 1 });
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    const job = executor.map(
      (x, { attempt }) => wait(x === STRAGGLER && attempt === 1 ? SLOWER * CALL_MS : CALL_MS),
      inputs,
      { callsPerShard: 1, speculate },
    );
    await job;
    times.push(performance.now() - started);
    if (job.report().copies.won !== Number(speculate)) throw new Error(JSON.stringify(job.report().copies));
  }
  await executor.close();
  console.log(median(times));
}
