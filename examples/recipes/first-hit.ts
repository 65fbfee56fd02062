// Stop at the first hit
//
// `completed()` gives outcomes in the order in which calls finish. `cancel()` ends what still runs, and starts no more calls.
import { Executor } from "nodewren";

const SIZE = 20_000;

/** The first number of a range whose square ends with these digits. */
function search(from: number): number | undefined {
  for (let n = from; n < from + SIZE; n++) if (String(n * n).endsWith("8765444")) return n;
  return undefined;
}

await using executor = new Executor();
const starts = Array.from({ length: 5000 }, (_, i) => i * SIZE);
const job = executor.map(search, starts);
for await (const outcome of job.completed()) {
  if (outcome.status !== "fulfilled" || outcome.value === undefined) continue;
  job.cancel("found");
  console.log(`its square ends with 8765444: ${String(outcome.value ** 2).endsWith("8765444")}`);
  break;
}
const left = (await job.settled()).filter(({ status }) => status === "rejected");
console.log(`ranges that were not searched: more than half of them: ${left.length > starts.length / 2}`);

// Prints:
// its square ends with 8765444: true
// ranges that were not searched: more than half of them: true
