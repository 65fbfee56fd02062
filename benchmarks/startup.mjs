// Start-up to first result: from the library loaded to the result of one trivial call, in a new process each time.
import { fork } from "node:child_process";
import { once } from "node:events";
import { medianOfProcesses } from "./lib/measure.mjs";
import { peers } from "./lib/peers.mjs";
import { table } from "./lib/table.mjs";

/** The least that a process of its own costs: Node starts, says hello, and is heard. */
const FORK = "a bare fork";

const LIBRARIES = {
  nodewren: "nodewren",
  piscina: "piscina",
  tinypool: "tinypool",
  workerpool: "workerpool",
  "p-map": "p-map",
  "faast.js": "faastjs",
};

export function startup(workers) {
  const names = Object.keys(peers).filter((name) => name !== "loop");
  const rows = [...names, FORK].map((name) => ({ name, values: [medianOfProcesses("startup.mjs", [name, workers])] }));
  return table("Start-up to first result, ms", ["new pool to first result"], rows);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [name, workers] = [process.argv[2], Number(process.argv[3])];
  console.log(name === FORK ? await timeOfFork() : await timeOfPool(name, workers));
  // faast.js keeps its process alive for long after its clean-up.
  process.exit();
}

async function timeOfPool(name, workers) {
  await import(LIBRARIES[name.split(" (")[0]]);
  const started = performance.now();
  const pool = await peers[name](workers);
  await pool.map("addOne", [1]);
  const took = performance.now() - started;
  await pool.close();
  return took;
}

async function timeOfFork() {
  const started = performance.now();
  const child = fork(new URL("./lib/hello.mjs", import.meta.url));
  await once(child, "message");
  const took = performance.now() - started;
  child.kill();
  return took;
}
