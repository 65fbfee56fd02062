/** The host, in a worker thread: same arguments as host.js. */
import { Worker } from "node:worker_threads";

const thread = new Worker(new URL("./host.js", import.meta.url), { argv: process.argv.slice(2) });
thread.on("error", (error) => {
  throw error;
});
thread.on("exit", (code) => process.exit(code));
