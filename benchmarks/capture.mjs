// What capture costs: first and warm, by kind of closure, each in a process of its own; heap after 20,000 captures; thousands
// of calls beside their map; and whether it slows down anything else.
import { Executor, explain } from "nodewren";
import { fillNormal } from "./lib/captured.mjs";
import { inNewProcess, median } from "./lib/measure.mjs";

const WARM_RUNS = 200;
/** Captures that take longer than this, ms, are repeated less often. */
const LONG_MS = 50;
const FEW_RUNS = 7;
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
const oneNumber = (x) => x * rate;
const million = () => new Float64Array(1_000_000).fill(0.5);
const executor = new Executor();

/** By name; packages are loaded where they are measured. */
const kinds = {
  "no free variable": () => (x) => x + 1,
  "one number": () => oneNumber,
  "a variable that two functions share": () => {
    let counter = 0;
    return (x) => {
      const inc = () => ++counter;
      return inc() + x;
    };
  },
  "an instance with private fields": () => {
    const meter = new Meter();
    return (x) => meter.add(x);
  },
  "a function of another module": () => (n) => fillNormal(new Float64Array(n), 1),
  "a Node built-in": () => (x) => process.hrtime.bigint() + BigInt(x),
  "1,000 small objects": () => {
    const table = Array.from({ length: 1000 }, (_, i) => ({ i, square: i * i }));
    return (i) => table[i].square;
  },
  "8 MB of numbers": () => {
    const numbers = million();
    return (i) => numbers[i];
  },
  "the same 8 MB as a broadcast": () => {
    const shared = executor.broadcast(million());
    return (i) => shared.value[i];
  },
  "a schema of zod": async () => {
    const { z } = await import("zod");
    const user = z.object({ name: z.string().min(2), age: z.number().int().optional() });
    return (x) => user.safeParse(x).success;
  },
  "a function that lodash made": async () => {
    const { default: lodash } = await import("lodash");
    const square = lodash.memoize((x) => x * x);
    return (x) => square(x);
  },
  "a function of lodash": async () => {
    const { default: lodash } = await import("lodash");
    return (x) => lodash.sum([x, 1]);
  },
  "a date of luxon": async () => {
    const { DateTime } = await import("luxon");
    const start = DateTime.fromISO("2024-01-01T10:00:00Z");
    return (x) => start.plus({ days: x }).toISO();
  },
  "an expression that mathjs compiled": async () => {
    const math = await import("mathjs");
    const compiled = math.compile("x^2 + 2 x + 1");
    return (x) => compiled.evaluate({ x });
  },
};

/** Wall and CPU time, ms: on a busy machine the second tells more. */
function timeOf(action, runs = 1) {
  const before = process.cpuUsage();
  const started = performance.now();
  for (let i = 0; i < runs; i++) action();
  const wall = (performance.now() - started) / runs;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000 / runs };
}

async function cost(name) {
  const fn = await kinds[name]();
  const first = timeOf(() => explain(fn));
  explain(fn);
  const warm = timeOf(() => explain(fn), first.wall > LONG_MS ? FEW_RUNS : WARM_RUNS);
  const { bytes, functions } = explain(fn);
  return { name, first, warm, bytes, functions };
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
  explain(oneNumber);
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

const CALLS = 2_000;

/** Each call captures its function and is a job of its own, where a map is one. */
async function calls() {
  const inputs = Array.from({ length: CALLS }, (_, i) => i);
  const timed = async (action) => {
    const started = performance.now();
    await action();
    return performance.now() - started;
  };
  await executor.map(oneNumber, inputs, { progress: false });
  const map = await timed(() => executor.map(oneNumber, inputs, { progress: false }));
  const blocked = longestBlock();
  const each = await timed(() => Promise.all(inputs.map((i) => executor.call(oneNumber, i, { progress: false }))));
  return { map, each, blocked: blocked() };
}

/** The longest time, ms, for which the event loop stood still until the returned function is called. */
function longestBlock() {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  return () => {
    clearInterval(timer);
    look();
    return longest;
  };
}

const parts = { cost, around, heap, calls };

export function capture() {
  const rows = Object.keys(kinds).map((name) => inNewProcess("capture.mjs", ["cost", name]));
  const loops = inNewProcess("capture.mjs", ["around"]);
  const used = inNewProcess("capture.mjs", ["heap"], ["--expose-gc"]);
  const { map, each, blocked } = inNewProcess("capture.mjs", ["calls"]);
  return [
    "### Capture",
    "",
    "| closure over | first, ms (CPU) | warm, ms (CPU) | first / warm | functions | payload, bytes |",
    "|---|---:|---:|---:|---:|---:|",
    ...rows.map(
      ({ name, first, warm, functions, bytes }) =>
        `| ${name} | ${first.wall.toFixed(1)} (${first.cpu.toFixed(1)}) | ${warm.wall.toFixed(3)} (${warm.cpu.toFixed(3)}) | ${(first.wall / warm.wall).toFixed(0)} | ${functions} | ${bytes.toLocaleString("en")} |`,
    ),
    "",
    `Heap after ${MANY_CAPTURES.toLocaleString("en")} captures of new closures: ${used.after.toFixed(2)} MiB; before: ${used.before.toFixed(2)} MiB.`,
    "",
    `${CALLS.toLocaleString("en")} calls at once: ${each.toFixed(0)} ms, ${(each / map).toFixed(1)} times as long as their map (${map.toFixed(0)} ms); the event loop stands still for ${blocked.toFixed(0)} ms at most.`,
    "",
    `An await in a loop, CPU time: ${loops.before.toFixed(1)} ns before the first capture, ${loops.after.toFixed(1)} ns after it.`,
    "",
  ].join("\n");
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [part, ...args] = process.argv.slice(2);
  console.log(JSON.stringify(await parts[part](...args)));
  await executor.close();
}
