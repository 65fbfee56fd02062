// One call a shard: each call with its own request, its own inputs read and its own stored result. Peers send one message
// a call and store nothing.
import { tmpdir } from "node:os";
import { inNewProcess, medianTime } from "./lib/measure.mjs";
import { peers } from "./lib/peers.mjs";
import { table } from "./lib/table.mjs";

const CALLS = 1000;

export function shards(workers) {
  const names = Object.keys(peers).filter((name) => name !== "loop" && !name.startsWith("faast"));
  const rows = names.map((name) => ({ name, values: [inNewProcess("shards.mjs", [name, workers])] }));
  return table(`One call a shard, µs a call (${CALLS} calls; store in ${tmpdir()})`, ["µs a call"], rows);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [name, workers] = [process.argv[2], Number(process.argv[3])];
  const pool = await peers[name](workers, { callsPerShard: 1 });
  const inputs = Array.from({ length: CALLS }, (_, i) => i);
  const took = await medianTime(() => pool.map("addOne", inputs));
  await pool.close();
  console.log((took / CALLS) * 1000);
  // faast.js keeps its process alive for long after its clean-up.
  process.exit();
}
