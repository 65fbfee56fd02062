// Counts the words of files on all cores, however large a file is: each part has the lines that begin in it.
// npx tsx examples/word-count.ts [GLOB…]; without globs, it counts those of this project's documentation.
import { fileURLToPath } from "node:url";
import { Executor, files, type InputItem } from "nodewren";

const globs = process.argv.slice(2);
const source =
  globs.length > 0
    ? files(globs, { splitBytes: 64 * 2 ** 20 })
    : files(["README.md", "docs/*.md"], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        splitBytes: 16 * 2 ** 10,
      });

async function countWords(item: InputItem): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const line of item.lines())
    for (const word of line.toLowerCase().match(/\p{L}+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const executor = new Executor();
const total = new Map<string, number>();
let parts = 0;
for await (const counts of executor.map(countWords, source)) {
  parts++;
  for (const [word, count] of counts) total.set(word, (total.get(word) ?? 0) + count);
}
await executor.close();

const words = [...total].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
const sum = words.reduce((all, [, count]) => all + count, 0);
console.log(`${sum} words, ${words.length} different ones, in ${parts} parts`);
for (const [word, count] of words.slice(0, 5)) console.log(`${count} ${word}`);
