// npm run bench:reduce -- --files 200 --megabytes 10 --records 10000000: words of 2 GB of text are counted, and 10,000,000 records sorted, by
// the examples, which compare with a plain loop and print shards, requests and bytes. What is generated lies in a temporary folder, and goes.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { textOfWords } from "./words.js";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "200" },
    megabytes: { type: "string", default: "10" },
    records: { type: "string", default: "10000000" },
    reducers: { type: "string", default: "16" },
  },
});

function writeWords(path: string, bytes: number): void {
  for (const text of textOfWords(bytes)) appendFileSync(path, text);
}

function runExample(name: string, args: readonly string[]): void {
  const script = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script, ...args], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), "words-"));
try {
  for (let file = 0; file < Number(values.files); file++)
    writeWords(join(folder, `${String(file).padStart(4, "0")}.txt`), Number(values.megabytes) * 1e6);
  runExample("word-count.ts", [join(folder, "*.txt")]);
} finally {
  rmSync(folder, { recursive: true });
}
runExample("sort.ts", [values.records, "100", values.reducers]);
