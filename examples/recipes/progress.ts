// Show progress
//
// On a terminal there is a bar by default. A function gets the numbers instead, for a log or a page of yours; `progress: false` shows
// nothing. `job.progress` tells the same at any time.
import { Executor } from "nodewren";

await using executor = new Executor({ workers: 2 });
const tenths: number[] = [];
const job = executor.map(
  (n: number) => n + 1,
  Array.from({ length: 1000 }, (_, i) => i),
  {
    callsPerShard: 50,
    progress: ({ done, total }) => void tenths.push(Math.floor((10 * done) / total)),
  },
);
await job;
console.log(
  `from ${tenths[0]} to ${tenths.at(-1)} tenths; never back: ${tenths.every((n, i) => n >= (tenths[i - 1] ?? 0))}`,
);
console.log(job.progress);

// Prints:
// from 0 to 10 tenths; never back: true
// { total: 1000, done: 1000, failed: 0 }
