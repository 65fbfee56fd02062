// Inputs that come one after the other, each case in one process: calls a second beside p-map and piscina, and the host's memory.
import { inNewProcess } from "./lib/measure.mjs";
import { table } from "./lib/table.mjs";

/** As many as show whether memory grows; a peer that holds all of them is given fewer. */
const INPUTS = 10_000_000;
const INPUTS_OF_PEERS = 1_000_000;
const TAKEN = 1_000_000;

/** Results of 1 MiB: 1 GiB in all. */
const LARGE = 1024;

const PEAK_LOOK_MS = 50;

const addOne = (x) => x + 1;

function* numbers(n) {
  for (let i = 0; i < n; i++) yield i;
}

const contenders = {
  "nodewren, 10,000,000 of a generator": () => looped(INPUTS, numbers(INPUTS)),
  "nodewren, an endless source, left after 1,000,000": () => looped(TAKEN, numbers(Number.POSITIVE_INFINITY)),
  "nodewren, 1,024 results of 1 MiB": large,
  "p-map, 1,000,000 of a generator, in the caller's process": async () => {
    const { pMapIterable } = await import("p-map");
    let sum = 0;
    for await (const value of pMapIterable(numbers(INPUTS_OF_PEERS), addOne, { concurrency: 8 })) sum += value;
    return { calls: INPUTS_OF_PEERS, sum };
  },
  "piscina, 1,000,000 calls, 1,000 under way": async () => {
    const { default: Piscina } = await import("piscina");
    const pool = new Piscina({ filename: new URL("lib/tasks.mjs", import.meta.url).href });
    const { default: map } = await import("p-map");
    let sum = 0;
    const call = async (x) => {
      const value = await pool.run(x, { name: "addOne" });
      sum += value;
    };
    await map(numbers(INPUTS_OF_PEERS), call, { concurrency: 1000 });
    await pool.destroy();
    return { calls: INPUTS_OF_PEERS, sum };
  },
};

export function streams() {
  const rows = Object.keys(contenders).map((name) => ({ name, values: inNewProcess("streams.mjs", [name]) }));
  return table("Streams", ["calls a second", "memory of the host at most, MiB"], rows);
}

async function newExecutor() {
  const { Executor } = await import("nodewren");
  return new Executor({ progress: false });
}

async function looped(calls, source) {
  const executor = await newExecutor();
  let [sum, seen] = [0, 0];
  for await (const value of executor.map(addOne, source)) {
    sum += value;
    if (++seen === calls) break;
  }
  await executor.close();
  return { calls, sum };
}

async function large() {
  const executor = await newExecutor();
  let sum = 0;
  const fill = (x) => new Uint8Array(2 ** 20).fill(x);
  for await (const bytes of executor.map(fill, [...numbers(LARGE)])) sum += bytes.length;
  await executor.close();
  if (sum !== LARGE * 2 ** 20) throw new Error("wrong result");
  return { calls: LARGE, sum: undefined };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const name = process.argv[2];
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, PEAK_LOOK_MS);
  const started = performance.now();
  const { calls, sum } = await contenders[name]();
  const seconds = (performance.now() - started) / 1000;
  clearInterval(look);
  // Who never waits for anything but microtasks lets no timer look.
  peak = Math.max(peak, process.memoryUsage.rss());
  if (sum !== undefined && sum !== (calls * (calls + 1)) / 2) throw new Error("wrong result");
  console.log(JSON.stringify([calls / seconds, peak / 2 ** 20]));
}
