// Chain stages
//
// A job may be the input of another one. A call of the second stage starts as soon as its own input is there, and values go from worker to worker.
import { Executor } from "nodewren";

await using executor = new Executor();
const lines = ["3 wrens", "12 finches", "oops", "5 owls"];
const counts = executor.map((line: string) => {
  const count = Number.parseInt(line, 10);
  if (Number.isNaN(count)) throw new RangeError(`no number in "${line}"`);
  return count;
}, lines);
const doubled = executor.map((count: number) => 2 * count, counts);
for (const outcome of await doubled.settled())
  console.log(outcome.status === "fulfilled" ? outcome.value : outcome.reason.name);

// Prints:
// 6
// 24
// DependencyError
// 10
