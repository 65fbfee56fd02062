// Write results as JSON lines
//
// With `output`, workers write what calls return to a folder or a bucket, and only counts come back. Read the objects that `manifest.json`
// names: they hold each record once, even when calls were tried again.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Executor } from "nodewren";

const folder = mkdtempSync(join(tmpdir(), "records-"));
const output = join(folder, "squares");
const executor = new Executor();
const numbers = Array.from({ length: 100 }, (_, i) => i);
const written = await executor.map((n: number) => ({ n, square: n * n }), numbers, { output, as: "jsonl" });
await executor.close();
console.log(`${written.length} calls wrote; the last one ${written.at(-1)?.bytes} bytes`);

const manifest: { status: string; objects: { name: string }[] } = JSON.parse(
  readFileSync(join(output, "manifest.json"), "utf8"),
);
const lines = manifest.objects.flatMap(({ name }) => readFileSync(join(output, name), "utf8").trim().split("\n"));
console.log(`${manifest.status}: ${lines.length} lines, the last one ${lines.at(-1)}`);
rmSync(folder, { recursive: true });

// Prints:
// 100 calls wrote; the last one 23 bytes
// complete: 100 lines, the last one {"n":99,"square":9801}
