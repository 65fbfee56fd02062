// Measure the speed-up
//
// `report()` tells where the time of a job went. `speedUpStudy()` runs the same map with several numbers of workers, and fits Amdahl's law to
// the times.
import { Executor, speedUpStudy } from "nodewren";

function work(seed: number): number {
  let x = seed;
  for (let i = 0; i < 2_000_000; i++) x = (x * 1103515245 + 12345) % 2147483648;
  return x;
}

const seeds = Array.from({ length: 20 }, (_, i) => i);
const executor = new Executor({ workers: 2 });
const job = executor.map(work, seeds);
await job;
const report = job.report();
await executor.close();
console.log(`${report.calls} calls on ${report.workers} workers; speed-up above 0: ${report.speedUp > 0}`);

const study = await speedUpStudy(work, seeds, { workers: [1, 2], repetitions: 2 });
console.log(`measured with ${study.points.map(({ workers }) => workers).join(" and ")} workers`);

// Prints:
// 20 calls on 2 workers; speed-up above 0: true
// measured with 1 and 2 workers
