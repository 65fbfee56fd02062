// A long loop
//
// `parallelFor()` runs a loop of any length: each call runs a range of it, and `reduce` adds up where the loop runs.
import { Executor } from "nodewren";

await using executor = new Executor();
const n = 5_000_000;
const sum = await executor.parallelFor(1, n, (i) => 1 / i ** 2, { reduce: (a, b) => a + b });
console.log(`1 + 1/4 + 1/9 + … is about ${sum.toFixed(5)}, and π²/6 is ${(Math.PI ** 2 / 6).toFixed(5)}`);

// Prints:
// 1 + 1/4 + 1/9 + … is about 1.64493, and π²/6 is 1.64493
