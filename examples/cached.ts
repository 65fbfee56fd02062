// A map that remembers: run this twice; then change a number in it, and run it again.
// npx tsx examples/cached.ts [FOLDER]
import { Executor } from "nodewren";

const executor = new Executor({ workers: 2 });
const power = 3;

async function slowPower(x: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return x ** power;
}

const inputs = Array.from({ length: 20 }, (_, i) => i);
const [, , folder] = process.argv;
const job = executor.map(slowPower, inputs, { cache: folder ?? true });
const powers = await job;
const { calls, cacheHits } = job.report();
console.log(`${powers.length} powers, the last one ${powers.at(-1)}: ${calls} calls ran, ${cacheHits} had run before`);
await executor.close();
