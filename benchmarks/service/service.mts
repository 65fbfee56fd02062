// npm run bench:service -- --jobs 5000: a service that runs job after job through one executor, each with 2 MB of inputs and
// 2 MB of results, with functions of their own, some calls that fail, some that end their worker. Prints what it holds, and
// ends with exit code 1 when that is not flat.
import { parseArgs } from "node:util";
// What users get; the sources are no program that a worker process could start.
import { Executor } from "../../dist/src/index.js";
import { type Held, held } from "./held.js";

const { values } = parseArgs({
  options: { jobs: { type: "string", default: "5000" }, atOnce: { type: "string", default: "4" } },
});
const jobs = Number(values.jobs);

const CALLS = 4;
const CALL_BYTES = 2 ** 19;
/** Of so many jobs, one has a call that throws, one a call whose worker ends. */
const THROWS_EVERY = 50;
const EXITS_EVERY = 500;
const SAMPLES = 10;
/** In the beginning and in the end, whose medians are compared. */
const COMPARED = 3;

/**
 * Growth from the first samples, when all is warm, to the last ones that is no leak: noise, the allocator's habits, and on the
 * disk what is about to be removed.
 */
const MAY_GROW: Record<keyof Held, number> = {
  hostMb: 60,
  liveMb: 10,
  workersMb: 60,
  diskMb: 20,
  files: 200,
  descriptors: 8,
  processes: 0,
};

async function request(executor: Executor, number: number): Promise<void> {
  const body = new Uint8Array(CALL_BYTES);
  const throws = number % THROWS_EVERY === 1;
  const exits = number % EXITS_EVERY === 2;
  const job = executor.map(
    (bytes: Uint8Array, { index }) => {
      if (throws && index === 1) throw new Error(`request ${number} is wrong`);
      if (exits && index === 2) process.exit(3);
      bytes[bytes.length - 1] = number ^ index;
      return bytes;
    },
    Array.from({ length: CALLS }, () => body),
  );
  const settled = await job.settled();
  const wrong = settled.filter((outcome, i) =>
    outcome.status === "fulfilled" ? outcome.value[CALL_BYTES - 1] !== ((number ^ i) & 255) : !throws && !exits,
  );
  const reasons = wrong.map((outcome) => (outcome.status === "rejected" ? outcome.reason.message : "another value"));
  if (wrong.length > 0) throw new Error(`job ${number}: ${wrong.length} calls are wrong: ${reasons.join("; ")}`);
}

function median(among: readonly Held[], what: keyof Held): number {
  const sorted = among.map((held) => held[what]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function row(done: number, held: Held): string {
  const shown = Object.values(held).map((value) => value.toFixed(value < 10 && value % 1 > 0 ? 1 : 0));
  return `| ${done} | ${shown.join(" | ")} |`;
}

const executor = new Executor({ progress: false });
const samples: Held[] = [];
let next = 0;
let done = 0;

async function serve(): Promise<void> {
  while (next < jobs) {
    await request(executor, next++);
    done++;
    if (done % Math.ceil(jobs / SAMPLES) !== 0) continue;
    samples.push(held());
    console.log(row(done, samples.at(-1) as Held));
  }
}

console.log("| jobs | host, MB | live, MB | workers, MB | disk, MB | files | descriptors | processes |");
console.log("|---:|---:|---:|---:|---:|---:|---:|---:|");
const started = performance.now();
await Promise.all(Array.from({ length: Number(values.atOnce) }, serve));
const seconds = (performance.now() - started) / 1000;
console.log(`${done} jobs in ${seconds.toFixed(0)} s, ${((seconds / done) * 1000).toFixed(1)} ms each`);
const [first, last] = [samples.slice(0, COMPARED), samples.slice(-COMPARED)];
const grown = (Object.keys(MAY_GROW) as (keyof Held)[]).filter(
  (what) => median(last, what) - median(first, what) > MAY_GROW[what],
);
console.log(grown.length === 0 ? "flat" : `grown: ${grown.join(", ")}`);
process.exitCode = grown.length === 0 ? 0 : 1;
await executor.close();
