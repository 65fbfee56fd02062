/**
 * A process that holds radosgw and ends it when its own standard input ends. So nothing is left of it, however the
 * process that wanted it came to its end. Writes one line of JSON: where it is, or why it is not.
 */
import { startCluster } from "./cluster.js";

const inputEnds = new Promise((resolve) => process.stdin.on("end", resolve).on("error", resolve).resume());

// A terminal's interrupt reaches this process as well, and the daemons have to go first.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.stdin.destroy());
process.stdin.on("close", () => process.stdin.emit("end"));

try {
  const { stop, ...cluster } = await startCluster();
  process.stdout.write(`${JSON.stringify(cluster)}\n`);
  await inputEnds;
  await stop();
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
}
process.exit();
