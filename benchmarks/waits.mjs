// Calls that wait: 50 timers of 200 ms, in one process beside p-map, which runs them in that of the caller.
import { inNewProcess, median, medianOfProcesses, medianTime } from "./lib/measure.mjs";
import { table } from "./lib/table.mjs";

const CALLS = 50;
const WAIT_MS = 200;
const AT_ONCE = 25;
const WARM_PROCESSES = 3;

const wait = async (x) => {
  await new Promise((resolve) => setTimeout(resolve, 200));
  return x;
};

const contenders = {
  "p-map, 25 at once": pMap(AT_ONCE),
  "p-map, 50 at once": pMap(CALLS),
  "nodewren, 25 at once on each worker": nodewren({ concurrentCalls: AT_ONCE }),
  "nodewren, one after the other": nodewren({}),
};

export function waits(workers) {
  const rows = Object.keys(contenders).map((name) => ({
    name,
    values: [
      medianOfProcesses("waits.mjs", [name, workers, "cold"]),
      median(Array.from({ length: WARM_PROCESSES }, () => inNewProcess("waits.mjs", [name, workers, "warm"]))),
    ],
  }));
  const title = `${CALLS} calls that wait for ${WAIT_MS} ms, ms; in parentheses: the ratio to p-map's 25 at once`;
  return table(title, ["cold: from the start of the process", "warm"], rows);
}

function pMap(concurrency) {
  return async () => {
    const { default: map } = await import("p-map");
    return { map: (inputs) => map(inputs, wait, { concurrency }), close: async () => {} };
  };
}

function nodewren(options) {
  return async (workers) => {
    const { Executor } = await import("nodewren");
    const executor = new Executor({ workers, progress: false });
    return { map: (inputs) => executor.map(wait, inputs, options), close: () => executor.close() };
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [name, workers, state] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
  const inputs = Array.from({ length: CALLS }, (_, i) => i);
  const pool = await contenders[name](workers);
  const run = async () => {
    const results = await pool.map(inputs);
    if (results.length !== CALLS || results[CALLS - 1] !== CALLS - 1) throw new Error("wrong result");
  };
  let took;
  if (state === "cold") {
    await run();
    took = performance.now();
  } else took = await medianTime(run);
  await pool.close();
  console.log(took);
}
