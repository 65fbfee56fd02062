// Trivial calls on warm workers, and on a new pool: what the library itself costs.
import { inNewProcess, medianOfProcesses, medianTime } from "./lib/measure.mjs";
import { peers } from "./lib/peers.mjs";
import { table } from "./lib/table.mjs";

const SIZES = [100, 1000, 5000, 100_000];

/** faast.js takes over a millisecond a call: 100,000 of them would take minutes. */
const MOST_CALLS = { "faast.js (processes)": 5000 };

/** On a pool that has to start first. */
const COLD_CALLS = 5000;

export function trivial(workers) {
  return [warm(workers), cold(workers)].join("\n");
}

function cold(workers) {
  const names = Object.keys(peers).filter((name) => !name.startsWith("faast"));
  const rows = names.map((name) => ({
    name,
    values: [medianOfProcesses("trivial.mjs", [name, workers, COLD_CALLS, "cold"])],
  }));
  const calls = `${COLD_CALLS.toLocaleString("en")} calls`;
  return table("Trivial calls on a new pool, ms", [`${calls}, with its start`], rows);
}

function warm(workers) {
  const rows = Object.keys(peers).map((name) => ({
    name,
    values: SIZES.map((calls) =>
      calls > (MOST_CALLS[name] ?? Infinity) ? null : inNewProcess("trivial.mjs", [name, workers, calls]),
    ),
  }));
  return table(
    "Trivial calls on warm workers, ms",
    SIZES.map((calls) => `${calls.toLocaleString("en")} calls`),
    rows,
  );
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [name, workers, calls] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
  const inputs = Array.from({ length: calls }, (_, i) => i);
  const started = performance.now();
  const pool = await peers[name](workers);
  const run = async () => {
    const results = await pool.map("addOne", inputs);
    if (results.length !== calls || results[calls - 1] !== calls) throw new Error("wrong result");
    return performance.now() - started;
  };
  const took = process.argv[5] === "cold" ? await run() : await medianTime(run);
  await pool.close();
  console.log(took);
  // faast.js keeps its process alive for long after its clean-up.
  process.exit();
}
