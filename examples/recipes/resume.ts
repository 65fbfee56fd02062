// Resume a job after Ctrl-C
//
// Name a store that stays, and keep the job's id. Any later process attaches to it: calls that have a result do not run again. Here the script
// starts itself a second time, and interrupts that process after a few results.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Executor } from "nodewren";

const store = process.argv[2] ?? mkdtempSync(join(tmpdir(), "jobs-"));
const log = join(store, "ran.txt");
const executor = new Executor({ store, workers: 2, progress: false });

if (process.argv[2]) {
  const work = async (n: number) => {
    appendFileSync(log, `${n}\n`);
    if (n > 9) await new Promise((resolve) => setTimeout(resolve, 300));
    return n * n;
  };
  const job = executor.map(
    work,
    Array.from({ length: 14 }, (_, i) => i),
    { callsPerShard: 1, speculate: false },
  );
  appendFileSync(join(store, "id.txt"), job.id);
  for await (const square of job) if (square === 81) process.kill(process.pid, "SIGINT");
}

spawnSync(process.execPath, [...process.execArgv, import.meta.filename, store], { stdio: "ignore" });
const job = executor.attach(readFileSync(join(store, "id.txt"), "utf8"), { resume: true });
const squares = await job;
await executor.close();

const runs = readFileSync(log, "utf8").trim().split("\n").map(Number);
console.log(`${squares.length} squares, the last one ${squares.at(-1)}`);
console.log(`calls 0 to 9 ran once: ${runs.filter((n) => n < 10).length === 10}`);
rmSync(store, { recursive: true });

// Prints:
// 14 squares, the last one 169
// calls 0 to 9 ran once: true
