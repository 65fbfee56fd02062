// npm run bench:scale -- --shards 10000 --seed 1 --faults 0.003: the real host on a simulated Lambda, with its ramp, latencies and faults.
// Prints the time as a share of the shortest that the ramp allows, and the host's CPU time and memory.
import { parseArgs } from "node:util";
import { Executor } from "../../src/index.js";
import { Random } from "../../test/mutated/random.js";
import { MemoryStore } from "../../test/support/memory-store.js";
import { idealMs } from "./ideal.js";
import { RAMP, SimulatedLambda } from "./simulated-lambda.js";

const { values } = parseArgs({
  options: {
    shards: { type: "string", default: "10000" },
    calls: { type: "string", default: "100" },
    faults: { type: "string", default: "0" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const shards = Number(values.shards);
const callsPerShard = Number(values.calls);
const calls = shards * callsPerShard;
const latencies = { coldMs: [150, 400], runMs: [18_000, 22_000] } satisfies object as {
  coldMs: [number, number];
  runMs: [number, number];
};
/** Share of the shards that end in each kind of fault. A late one takes as long again as its shard does. */
const share = Number(values.faults);
const faults = { dies: share, losesAnswer: share };
/** Time between two looks at the memory, ms. */
const LOOK_MS = 200;

const store = new MemoryStore();
const backend = new SimulatedLambda(store, new Random(Number(values.seed)), { ramp: RAMP, latencies, faults });
const executor = new Executor({ backend, store, progress: false });
const inputs = Array.from({ length: calls }, (_, i) => i);
let most = 0;
const look = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss);
}, LOOK_MS);

console.log(`${shards} shards of ${callsPerShard} calls, seed ${values.seed}`);
const cpu = process.cpuUsage();
const started = performance.now();
const settled = await executor.map((x) => x, inputs, { callsPerShard }).settled();
const took = performance.now() - started;
const { user, system } = process.cpuUsage(cpu);
clearInterval(look);
await executor.close();

const failed = settled.filter(({ status }) => status === "rejected").length;
const ideal = idealMs(shards, RAMP, latencies);
const { invoked, throttled, died, lost, most: atOnce } = backend.counts;
console.log(
  `${invoked} invocations, ${atOnce} at once at most, ${throttled} throttled, ${died} died, ${lost} answers lost`,
);
console.log(`${settled.length - failed} of ${calls} calls have a value`);
console.log(
  `${(took / 1000).toFixed(1)} s, ${(took / ideal).toFixed(3)} of the ${(ideal / 1000).toFixed(1)} s that the ramp allows`,
);
console.log(
  `${((user + system) / calls).toFixed(1)} µs of CPU a call, the simulation's own included; ${Math.round(most / 1e6)} MB at most`,
);
process.exitCode = failed > 0 ? 1 : 0;
