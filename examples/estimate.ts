// What a map would take and cost before it runs, and what it has cost when it has: nothing on this machine; on Lambda, part of a cent.
import { Executor } from "nodewren";

const executor = new Executor();

const fetchPage = async (ms: number) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return `a page after ${ms} ms`;
};
const inputs = Array.from({ length: 40 }, (_, i) => 20 + (i % 5));

// Four calls run here, to see how long they take; the platform is asked for its limits, and invoked for nothing.
const before = await executor.estimate(fetchPage, inputs);
console.log(`${before.calls} calls expected, ${before.measured} measured`);
if (process.argv.includes("--all")) console.log(String(before));

const job = executor.map(fetchPage, inputs);
await job;
const { cost } = job.report();
if (process.argv.includes("--all")) console.log(String(cost));

// What the job took tells more of the next one.
const next = await executor.estimate(fetchPage, inputs, { basedOn: job.report() });
console.log(`${next.calls} calls expected, ${next.measured} measured by the job`);

await executor.close();
