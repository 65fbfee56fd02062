// Memory of the client: largest resident set of its process, and its CPU time a call.
import { inNewProcess } from "./lib/measure.mjs";
import { peers } from "./lib/peers.mjs";
import { table } from "./lib/table.mjs";

const SIZES = [100_000, 1_000_000];

/** A million calls in flight take minutes in these. */
const MOST_CALLS = {
  tinypool: 100_000,
  workerpool: 100_000,
  "workerpool (processes)": 100_000,
  "tinypool (processes)": 100_000,
};

export function memory(workers) {
  const names = Object.keys(peers).filter((name) => !name.startsWith("faast"));
  const measured = names.map((name) => ({
    name,
    results: SIZES.map((calls) =>
      calls > (MOST_CALLS[name] ?? Infinity) ? {} : inNewProcess("memory.mjs", [name, workers, calls]),
    ),
  }));
  const rows = (field) =>
    measured.map(({ name, results }) => ({ name, values: results.map((result) => result[field]) }));
  const columns = SIZES.map((calls) => `${calls.toLocaleString("en")} calls`);
  return [
    table("Memory of the client at its peak, MiB (threads of a pool count; processes do not)", columns, rows("rssMb")),
    table("CPU time of the client, µs a call (threads of a pool count; processes do not)", columns, rows("cpuUs")),
  ].join("\n");
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [name, workers, calls] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
  const pool = await peers[name](workers);
  await pool.map("addOne", [1]);
  const before = process.cpuUsage();
  const results = await pool.map(
    "addOne",
    Array.from({ length: calls }, (_, i) => i),
  );
  if (results.length !== calls) throw new Error("wrong result");
  const { user, system } = process.cpuUsage(before);
  await pool.close();
  console.log(JSON.stringify({ rssMb: process.resourceUsage().maxRSS / 1024, cpuUs: (user + system) / calls }));
  // faast.js keeps its process alive for long after its clean-up.
  process.exit();
}
