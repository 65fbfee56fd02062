// Ten thousand calls of some ms, in new processes one after the other, with the option cache: the first, again, and with a change.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inNewProcess } from "./lib/measure.mjs";
import { table } from "./lib/table.mjs";

const CALLS = 10_000;
const CALL_MS = 2;

/** Arguments: the input that differs from the others' first run, and the constant that the function closes over. */
const CASES = {
  first: [-1, 1],
  again: [-1, 1],
  "with one other input": [500, 1],
  "with another constant": [-1, 2],
};

export function cache(workers) {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-bench-cache-"));
  try {
    const measured = Object.entries(CASES).map(([name, [changed, constant]]) => ({
      name,
      ...inNewProcess("cache.mjs", [workers, folder, changed, constant]),
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
  const [, , workers, folder, changed, constant] = process.argv;
  const { Executor } = await import("nodewren");
  const executor = new Executor({ workers: Number(workers), progress: false });
  const inputs = Array.from({ length: CALLS }, (_, i) => (i === Number(changed) ? -1 : i));
  const factor = Number(constant);
  const spin = (x) => {
    // By a count and not by the clock, of which a map that remembers would warn.
    let sum = x;
    for (let i = 0; i < 120_000; i++) sum = (sum * 31 + i + factor) % 1_000_003;
    return sum;
  };
  const started = performance.now();
  const job = executor.map(spin, inputs, { cache: folder });
  await job;
  const ms = performance.now() - started;
  const { calls, cacheHits } = job.report();
  if (calls + cacheHits !== CALLS) throw new Error("calls are missing");
  await executor.close();
  console.log(JSON.stringify({ ms, calls }));
}
