// A call that failed on a worker, run again in this process, where a debugger can look on: node --inspect-brk --import tsx …
import { Executor } from "nodewren";

const priceOf = (line: string): number => JSON.parse(line).price;

const executor = new Executor();
const job = executor.map(priceOf, ['{"price": 3}', "{price: 4}", '{"price": 5}']);
for (const outcome of await job.settled())
  console.log(outcome.status === "fulfilled" ? outcome.value : `failed: ${outcome.reason.name}`);
try {
  await job.futures[1]?.replay();
} catch (error) {
  console.log(`again, here: ${(error as Error).name}`);
}
await executor.close();
