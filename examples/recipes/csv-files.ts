// Read CSV files
//
// `files()` makes an input of each file, or of parts of large ones with `splitBytes`. The worker reads it as records. Here each call sums up
// one file, and `reduce()` adds the sums.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Executor, files, type InputItem } from "nodewren";

const folder = mkdtempSync(join(tmpdir(), "sales-"));
for (const month of ["01", "02", "03"])
  writeFileSync(join(folder, `2026-${month}.csv`), "shop,amount\nnorth,10\nsouth,20.5\nnorth,2\n");

async function totalOf(item: InputItem): Promise<number> {
  let total = 0;
  for await (const record of item.csv()) total += Number(record["amount"]);
  return total;
}

const executor = new Executor();
const totals = executor.map(totalOf, files("*.csv", { cwd: folder }));
console.log(`by file: ${(await totals).join(", ")}`);
console.log(`together: ${await totals.reduce((a, b) => a + b)}`);
await executor.close();
rmSync(folder, { recursive: true });

// Prints:
// by file: 32.5, 32.5, 32.5
// together: 97.5
