// What capture costs: time by kind of closure, heap after 20,000 captures, and whether it slows down anything else.
import { Executor, explain } from "nodewren";
import { fillNormal } from "./lib/captured.mjs";
import { inNewProcess, median } from "./lib/measure.mjs";

const WARM_RUNS = 200;
const MANY_CAPTURES = 20_000;
const AWAITS = 1_000_000;

class Meter {
  #reading = 0;
  unit = "m";
  add(x) {
    this.#reading += x;
    return `${this.#reading} ${this.unit}`;
  }
}

const rate = 0.19;
const table = Array.from({ length: 1000 }, (_, i) => ({ i, square: i * i }));
const meter = new Meter();
let counter = 0;
const numbers = new Float64Array(1_000_000).fill(0.5);
const executor = new Executor();
const shared = executor.broadcast(numbers);

const kinds = {
  "no free variable": (x) => x + 1,
  "one number": (x) => x * rate,
  "a variable that two functions share": (x) => {
    const inc = () => ++counter;
    return inc() + x;
  },
  "an instance with private fields": (x) => meter.add(x),
  "a function of another module": (n) => fillNormal(new Float64Array(n), 1),
  "a Node built-in": (x) => process.hrtime.bigint() + BigInt(x),
  "1,000 small objects": (i) => table[i].square,
  "8 MB of numbers": (i) => numbers[i],
  "the same 8 MB as a broadcast": (i) => shared.value[i],
};

function timeOf(action) {
  const started = performance.now();
  action();
  return performance.now() - started;
}

function costs() {
  return Object.entries(kinds).map(([name, fn]) => {
    const first = timeOf(() => explain(fn));
    const runs = name.includes("8 MB of") ? 5 : WARM_RUNS;
    const warm = median(Array.from({ length: runs }, () => timeOf(() => explain(fn))));
    return { name, first, warm, bytes: explain(fn).bytes };
  });
}

/** CPU time rather than wall time: other work on the machine must not look like ours. */
async function awaitLoop() {
  const before = process.cpuUsage();
  for (let i = 0; i < AWAITS; i++) await undefined;
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / AWAITS) * 1000;
}

async function medianAwait() {
  const times = [];
  for (let i = 0; i < 9; i++) times.push(await awaitLoop());
  return median(times);
}

async function around() {
  await awaitLoop();
  const before = await medianAwait();
  explain(kinds["one number"]);
  return { before, after: await medianAwait() };
}

function heapMb() {
  for (let i = 0; i < 3; i++) globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function heap() {
  const closures = (count) => {
    for (let i = 0; i < count; i++) explain((x) => x + i * rate);
  };
  closures(1000);
  const before = heapMb();
  closures(MANY_CAPTURES);
  return { before, after: heapMb() };
}

const parts = { costs, around, heap };

export function capture() {
  const rows = inNewProcess("capture.mjs", ["costs"]);
  const loops = inNewProcess("capture.mjs", ["around"]);
  const used = inNewProcess("capture.mjs", ["heap"], ["--expose-gc"]);
  return [
    "### Capture",
    "",
    "| closure over | first, ms | warm, ms | payload, bytes |",
    "|---|---:|---:|---:|",
    ...rows.map(
      ({ name, first, warm, bytes }) =>
        `| ${name} | ${first.toFixed(2)} | ${warm.toFixed(3)} | ${bytes.toLocaleString("en")} |`,
    ),
    "",
    `Heap after ${MANY_CAPTURES.toLocaleString("en")} captures of new closures: ${used.after.toFixed(2)} MiB; before: ${used.before.toFixed(2)} MiB.`,
    "",
    `An await in a loop, CPU time: ${loops.before.toFixed(1)} ns before the first capture, ${loops.after.toFixed(1)} ns after it.`,
    "",
  ].join("\n");
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  console.log(JSON.stringify(await parts[process.argv[2]]()));
  await executor.close();
}
