// Counts the words of files on all cores, however large a file is: each part has the lines that begin in it. Counts are reduced by word on
// the workers, and only the totals come back. Then a plain loop counts the same.
// npx tsx examples/word-count.ts [GLOB…]; without globs, it counts those of this project's documentation.
import { fileURLToPath } from "node:url";
import { Executor, files, type InputItem } from "nodewren";
import { printRequests } from "./lib/requests.js";

const globs = process.argv.slice(2);
const source =
  globs.length > 0
    ? files(globs, { splitBytes: 64 * 2 ** 20 })
    : files(["README.md", "docs/*.md"], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        splitBytes: 16 * 2 ** 10,
      });

async function countWords(item: InputItem, counts = new Map<string, number>()): Promise<Map<string, number>> {
  for await (const line of item.lines())
    for (const word of line.toLowerCase().match(/\p{L}+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const executor = new Executor();
let parts = 0;
const started = performance.now();
const total = await executor.mapReduce(
  (item) => countWords(item),
  source,
  (a, b) => a + b,
  {
    keyed: true,
    reports: (reports) => {
      parts = reports[0]?.calls ?? 0;
      printRequests(reports);
    },
  },
);
const parallelMs = performance.now() - started;
await executor.close();

const words = [...total].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
const sum = words.reduce((all, [, count]) => all + count, 0);
console.log(`${sum} words, ${words.length} different ones, in ${parts} parts`);
for (const [word, count] of words.slice(0, 5)) console.log(`${count} ${word}`);

const plainStarted = performance.now();
const plain = new Map<string, number>();
for await (const item of source) await countWords(item, plain);
const plainMs = performance.now() - plainStarted;
const isSame = plain.size === total.size && [...plain].every(([word, count]) => total.get(word) === count);
console.log(isSame ? "as a plain loop counts them" : "NOT as a plain loop counts them");
console.log(
  `${(parallelMs / 1000).toFixed(1)} s, a plain loop ${(plainMs / 1000).toFixed(1)} s: ${(plainMs / parallelMs).toFixed(2)} times as fast`,
);
if (!isSame) process.exitCode = 1;
