// Captured state: a variable that two functions share, a module of the user's own, and a package from npm.
// npx tsx examples/fib.ts
import ms from "ms";
import { Executor } from "nodewren";
import { isBaseCase } from "./lib/base-case.js";

let counter = 0;

function fib(n: number): number {
  counter++;
  if (isBaseCase(n, ms("2ms"))) return 1;
  return fib(n - 1) + fib(n - 2);
}

const executor = new Executor();
const results = await executor.map((n: number) => ({ v: fib(n), calls: counter }), [12, 12, 12]);
await executor.close();

console.log(results);
console.log(`counter here: ${counter}`);
