// A search that ends with the first find: what is not needed any more is cancelled, and what was found stays.
import { Executor } from "nodewren";

const RANGE = 100_000;
const TARGET = 1_234_567;

/** The first multiple of the target in a range of numbers. */
async function search(from: number): Promise<number | undefined> {
  for (let n = from; n < from + RANGE; n++) if (n > 0 && n % TARGET === 0) return n;
  return undefined;
}

const executor = new Executor();
const starts = Array.from({ length: 10_000 }, (_, i) => i * RANGE);
const job = executor.map(search, starts);
for await (const outcome of job.completed()) {
  if (outcome.status !== "fulfilled" || outcome.value === undefined) continue;
  console.log(`found a multiple of ${TARGET}: ${outcome.value % TARGET === 0}`);
  job.cancel("one is enough");
  break;
}
const cancelled = (await job.settled()).filter(({ status }) => status === "rejected");
console.log(`cancelled: ${cancelled.length > 0}`);
await executor.close();
