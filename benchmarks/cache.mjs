// Ten thousand calls of some ms, in new processes one after the other, with the option cache: the first, again, and with a change.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inNewProcess } from "./lib/measure.mjs";
import { table } from "./lib/table.mjs";

const CALLS = 10_000;
const CALL_MS = 2;
/** Long enough for the engine to have compiled the loop for most of it. */
const CALIBRATION_MS = 200;

/** Arguments: the input that differs from the others' first run, and the constant that the function closes over. */
const CASES = {
  first: [-1, 1],
  again: [-1, 1],
  "with one other input": [500, 1],
  "with another constant": [-1, 2],
};

/** Steps of the function that take a call's time here, alone on a core. */
function stepsOfCall() {
  let steps = 1000;
  for (;;) {
    const started = performance.now();
    spin(1, steps, 1);
    const ms = performance.now() - started;
    if (ms >= CALIBRATION_MS) return Math.round((steps * CALL_MS) / ms);
    steps *= 2;
  }
}

/** By a count and not by the clock, of which a map that remembers would warn. */
function spin(x, steps, factor) {
  let sum = x;
  for (let i = 0; i < steps; i++) sum = (sum * 31 + i + factor) % 1_000_003;
  return sum;
}

export function cache(workers) {
  const steps = stepsOfCall();
  const folder = mkdtempSync(join(tmpdir(), "nodewren-bench-cache-"));
  try {
    const measured = Object.entries(CASES).map(([name, [changed, constant]]) => ({
      name,
      ...inNewProcess("cache.mjs", [workers, folder, changed, constant, steps]),
    }));
    const [{ ms: first }, { ms: again }] = measured;
    return [
      table(
        `${CALLS} calls of ${CALL_MS} ms with the option cache, each time in a new process`,
        ["the map, ms", "calls that ran"],
        measured.map(({ name, ms, calls }) => ({ name, values: [ms, calls] })),
      ),
      `Again, it takes ${((100 * again) / first).toFixed(1)} % of the first time.`,
      "",
    ].join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [, , workers, folder, changed, constant, steps] = process.argv;
  const { Executor } = await import("nodewren");
  const executor = new Executor({ workers: Number(workers), progress: false });
  const inputs = Array.from({ length: CALLS }, (_, i) => (i === Number(changed) ? -1 : i));
  const [count, factor] = [Number(steps), Number(constant)];
  const started = performance.now();
  const job = executor.map((x) => spin(x, count, factor), inputs, { cache: folder });
  await job;
  const ms = performance.now() - started;
  const { calls, cacheHits } = job.report();
  if (calls + cacheHits !== CALLS) throw new Error("calls are missing");
  await executor.close();
  console.log(JSON.stringify({ ms, calls }));
}
