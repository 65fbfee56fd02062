// Sorts records, each a line that begins with its key, as TeraSort does: each call divides the lines of its file by ranges of keys, and
// each reducer sorts one range, and writes it as a file. The records never come to this process. Then a plain loop sorts the same.
// npx tsx examples/sort.ts [RECORDS] [FILES] [REDUCERS]
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Executor, files, type InputItem } from "nodewren";
import { printRequests } from "./lib/requests.js";

const [records, count, reducers] = [
  [20_000, 1],
  [8, 1],
  [4, 1],
].map(([usual, least], i) => Math.max(least as number, Number(process.argv[2 + i] ?? usual))) as [
  number,
  number,
  number,
];

/** Keys are of so many lower-case letters. */
const KEY_LENGTH = 10;
const folder = mkdtempSync(join(tmpdir(), "sort-"));
const executor = new Executor();

/** Lines of one file, the same each time: by a generator of pseudo-random numbers of 32 bits (xorshift; Marsaglia, 2003). */
function* linesOf(file: number): Generator<string> {
  let state = file + 1;
  const random = (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  for (let i = file; i < records; i += count) {
    let key = "";
    for (let j = 0; j < KEY_LENGTH; j++) key += String.fromCharCode(97 + random(26));
    yield `${key} record ${i}`;
  }
}

async function writeRecords(file: number): Promise<void> {
  await writeFile(
    join(folder, `${String(file).padStart(5, "0")}.txt`),
    Array.from(linesOf(file), (line) => `${line}\n`).join(""),
  );
}

/** Which of the equal ranges of keys a line is in, by its first three letters. */
function rangeOf(line: string, ranges: number): number {
  let place = 0;
  for (let i = 0; i < 3; i++) place = place * 26 + line.charCodeAt(i) - 97;
  return Math.floor((place * ranges) / 26 ** 3);
}

/** Each line as a key, with how often it is there. */
async function linesIn(item: InputItem): Promise<[string, number][]> {
  const lines: [string, number][] = [];
  for await (const line of item.lines()) lines.push([line, 1]);
  return lines;
}

async function writeSorted(lines: Map<string, number>, range: number): Promise<string> {
  const sorted = [...lines.keys()].sort();
  const path = join(folder, `sorted-${String(range).padStart(5, "0")}`);
  await writeFile(path, sorted.map((line) => `${line}\n`.repeat(lines.get(line) ?? 0)).join(""));
  return path;
}

try {
  await executor.map(
    writeRecords,
    Array.from({ length: count }, (_, file) => file),
  );
  const started = performance.now();
  const sorted = await executor.mapReduce(linesIn, files("*.txt", { cwd: folder }), (a, b) => a + b, {
    keyed: true,
    reducers,
    partition: rangeOf,
    finish: (lines, { index }) => writeSorted(lines, index),
    reports: printRequests,
  });
  const parallelMs = performance.now() - started;

  const plainStarted = performance.now();
  const expected: string[] = [];
  for (let file = 0; file < count; file++)
    for await (const line of createInterface(createReadStream(join(folder, `${String(file).padStart(5, "0")}.txt`))))
      expected.push(line);
  expected.sort();
  const plainMs = performance.now() - plainStarted;

  let [at, isSame] = [0, true];
  for (const path of sorted)
    for await (const line of createInterface(createReadStream(path))) isSame = line === expected[at++] && isSame;
  isSame &&= at === records;
  console.log(
    `${at} records in ${sorted.length} files, ${isSame ? "sorted as a plain loop does" : "NOT sorted as a plain loop does"}`,
  );
  console.log(
    `${(parallelMs / 1000).toFixed(1)} s, in one process ${(plainMs / 1000).toFixed(1)} s: ${(plainMs / parallelMs).toFixed(2)} times as fast`,
  );
  if (!isSame) process.exitCode = 1;
} finally {
  await executor.close();
  rmSync(folder, { recursive: true });
}
