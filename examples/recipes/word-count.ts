// Count words
//
// With `keyed`, calls return pairs of key and value, and values with the same key are reduced on workers. Only the totals come back, as a Map.
import { Executor } from "nodewren";

const texts = ["the wren sings", "a wren is small", "the small wren and the wood"];

function countWords(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

await using executor = new Executor();
const totals = await executor.mapReduce(countWords, texts, (a, b) => a + b, { keyed: true });
console.log([...totals].filter(([, count]) => count > 1));

// Prints:
// [ [ 'the', 3 ], [ 'wren', 3 ], [ 'small', 2 ] ]
