// CPU-bound calls: time of a plain loop over the time of the pool.
import { availableParallelism } from "node:os";
import { inNewProcess, medianTime } from "./lib/measure.mjs";
import { peers } from "./lib/peers.mjs";
import { table } from "./lib/table.mjs";

const CALLS = 100;

export function speedup(workers) {
  const times = Object.fromEntries(
    Object.keys(peers).map((name) => [name, inNewProcess("speedup.mjs", [name, workers])]),
  );
  const rows = Object.entries(times).map(([name, time]) => ({ name, values: [time, times.loop / time] }));
  return table(
    `CPU-bound: ${CALLS} calls, ${workers} workers on ${availableParallelism()} cores`,
    ["ms", "speed-up over the loop"],
    rows,
  );
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [name, workers] = [process.argv[2], Number(process.argv[3])];
  const pool = await peers[name](workers);
  const inputs = Array.from({ length: CALLS }, (_, i) => i);
  const took = await medianTime(() => pool.map("compute", inputs));
  await pool.close();
  console.log(took);
  // faast.js keeps its process alive for long after its clean-up.
  process.exit();
}
