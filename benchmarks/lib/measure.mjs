// Each contender is measured in processes of its own, one after the other, so that none warms or burdens another.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const RUNS = 5;

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Runs a question's file in a new process with the arguments; it prints one JSON value as its last line. */
export function inNewProcess(file, args, nodeArgs = []) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeArgs, path, ...args.map(String)], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}:\n${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** Median of five new processes. */
export function medianOfProcesses(file, args) {
  return median(Array.from({ length: RUNS }, () => inNewProcess(file, args)));
}

/** Median time of five runs in this process, ms, after one run that is not counted. */
export async function medianTime(action) {
  await action();
  const times = [];
  for (let i = 0; i < RUNS; i++) {
    const started = performance.now();
    await action();
    times.push(performance.now() - started);
  }
  return median(times);
}
