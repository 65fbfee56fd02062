// A job outlives the process that started it: run this, press Ctrl-C, and run it again with the id that it printed.
// npx tsx examples/resumed.ts [JOB]
import { Executor } from "nodewren";

const executor = new Executor({ store: "/tmp/nodewren-resumed", workers: 2 });

async function slowSquare(x: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  console.log(`call ${x} in process ${process.pid}`);
  return x * x;
}

const inputs = Array.from({ length: 20 }, (_, i) => i);
const [, , jobId] = process.argv;
const job = jobId
  ? executor.attach<number>(jobId, { resume: true })
  : executor.map(slowSquare, inputs, { callsPerShard: 1 });
console.log(`job ${job.id}`);

const squares = await job;
console.log(`${squares.length} squares, the last one ${squares.at(-1)}; ${job.futures[3]?.output.stdout.trim()}`);
await executor.close();
