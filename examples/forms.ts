// Loops, shell commands and warm workers: npx tsx examples/forms.ts
import { Executor } from "nodewren";

const executor = new Executor({ workers: 2 });
console.log(`warm workers: ${await executor.warm(2)}`);

// Numerical integration of 4 / (1 + x²) over 0..1: a loop of ten million iterations, in some dozens of calls.
const n = 1e7;
const area = await executor.parallelFor(0, n, (i) => 4 / (1 + ((i + 0.5) / n) ** 2) / n, { reduce: (a, b) => a + b });
console.log(`π is about ${area.toFixed(9)}`);

// A string goes to the shell, an array does not. An exit code is a result.
for await (const { command, exitCode, stdout } of executor.sh(["echo one | tr a-z A-Z", ["echo", "a  b"], "exit 3"]))
  console.log(`${JSON.stringify(command)} ended with ${exitCode}: ${stdout.trim()}`);

await executor.close();
