// npm run test:faults -- --seeds 20 --seed 1: kinds of faults on this machine and on the local Lambda, both ways, with numbers from
// so many seeds. Exit code 1 when a future does not settle, a value is wrong, or something is left.
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";

const PLACES = ["local, files", "lambda push, double", "lambda poll, double"];

const { values } = parseArgs({ options: { seeds: { type: "string", default: "3" }, seed: { type: "string" } } });
const seed = values.seed ?? String(Date.now() % 2 ** 31);
console.log(`${values.seeds} seeds, from ${seed}`);
const places = PLACES.flatMap((place) => ["--project", place]);
// Each kind is told of as soon as its seeds are done: a hundred of them take hours. All places at once, as they wait more than they compute.
const how = ["--config", "vitest.e2e.config.ts", "--reporter=verbose", `--maxWorkers=${PLACES.length}`, ...places];
const vitest = ["node_modules/vitest/vitest.mjs", "run", ...how];
const env = { ...process.env, NODEWREN_FAULT_SEEDS: values.seeds, NODEWREN_SEED: seed };
const child = spawn(process.execPath, [...vitest, "test/faults/random.test.ts"], { stdio: "inherit", env });
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
