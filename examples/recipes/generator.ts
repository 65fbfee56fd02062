// Stream from a generator
//
// Inputs may be an endless generator. A loop over the job takes inputs only as results are used, and leaving the loop closes the generator.
import { Executor } from "nodewren";

const seen = { taken: 0, closed: false };

async function* numbers(): AsyncGenerator<number> {
  try {
    for (;;) yield seen.taken++;
  } finally {
    seen.closed = true;
  }
}

await using executor = new Executor({ workers: 2 });
const found: number[] = [];
for await (const square of executor.map((n: number) => n * n, numbers())) {
  found.push(square);
  if (found.length === 5) break;
}
console.log(found, `closed: ${seen.closed}`);

// Prints:
// [ 0, 1, 4, 9, 16 ] closed: true
