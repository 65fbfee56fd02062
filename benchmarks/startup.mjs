// Start-up to first result: from the library loaded to the result of one trivial call, in a new process each time.

import { medianOfProcesses } from "./lib/measure.mjs";
import { peers } from "./lib/peers.mjs";
import { table } from "./lib/table.mjs";

const LIBRARIES = {
  nodewren: "nodewren",
  piscina: "piscina",
  tinypool: "tinypool",
  workerpool: "workerpool",
  "faast.js": "faastjs",
};

export function startup(workers) {
  const names = Object.keys(peers).filter((name) => name !== "loop");
  const rows = names.map((name) => ({ name, values: [medianOfProcesses("startup.mjs", [name, workers])] }));
  return table("Start-up to first result, ms", ["new pool to first result"], rows);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [name, workers] = [process.argv[2], Number(process.argv[3])];
  await import(LIBRARIES[name.split(" (")[0]]);
  const started = performance.now();
  const pool = await peers[name](workers);
  await pool.map("addOne", [1]);
  const took = performance.now() - started;
  await pool.close();
  console.log(took);
  // faast.js keeps its process alive for long after its clean-up.
  process.exit();
}
