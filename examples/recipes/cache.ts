// Run only what has changed
//
// With `cache`, calls of an equal function with equal inputs give what they gave before, in this process or in a later one. So a notebook cell
// that you run again, or a script that you start again after adding inputs, computes only what is new.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Executor } from "nodewren";

const folder = mkdtempSync(join(tmpdir(), "results-"));
// Without a folder, `cache: true` keeps results in ~/.cache/nodewren.
const executor = new Executor({ cache: folder });

async function runCell(numbers: number[]): Promise<void> {
  const job = executor.map((n: number) => n ** 3, numbers);
  const cubes = await job;
  console.log(`${cubes.join(" ")}: ${job.report().cacheHits} of ${cubes.length} were known`);
}

await runCell([1, 2, 3]);
await runCell([1, 2, 3, 4, 5]);
await executor.close();
rmSync(folder, { recursive: true });

// Prints:
// 1 8 27: 0 of 3 were known
// 1 8 27 64 125: 3 of 5 were known
