// Read a web stream with back-pressure
//
// A job reads a stream no faster than its results are used. So a body that is larger than memory, of `fetch()` for example, flows through.
import { Executor } from "nodewren";

const TOTAL = 200_000;
let produced = 0;
const source = new ReadableStream<number>({
  pull(controller) {
    if (produced < TOTAL) controller.enqueue(produced++);
    else controller.close();
  },
});

await using executor = new Executor({ workers: 2 });
let used = 0;
let sum = 0;
let waited = false;
for await (const value of executor.map((n: number) => n % 10, source)) {
  if (used++ === 0) {
    // Nobody takes results meanwhile, so the source waits, too.
    await new Promise((resolve) => setTimeout(resolve, 500));
    waited = produced < TOTAL;
  }
  sum += value;
}
console.log(`the source waited: ${waited}`);
console.log(`${used} results, sum ${sum}`);

// Prints:
// the source waited: true
// 200000 results, sum 900000
