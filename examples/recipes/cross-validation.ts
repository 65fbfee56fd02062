// Cross validation
//
// Each call trains on all folds but one, and tests on that one. The rows are a broadcast: stored once, and decoded once for each worker.
import { Executor } from "nodewren";

const FOLDS = 5;
const rows = Array.from({ length: 1000 }, (_, i) => ({ x: i % 37, y: 3 * (i % 37) + 4 + Math.sin(i) }));

await using executor = new Executor();
const data = executor.broadcast(rows);

/** Error of a line that was fitted by least squares to the other folds. */
function validate(fold: number): number {
  const train = data.value.filter((_, i) => i % FOLDS !== fold);
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  const [meanX, meanY] = [mean(train.map(({ x }) => x)), mean(train.map(({ y }) => y))];
  const slope = mean(train.map(({ x, y }) => (x - meanX) * (y - meanY))) / mean(train.map(({ x }) => (x - meanX) ** 2));
  const test = data.value.filter((_, i) => i % FOLDS === fold);
  return Math.sqrt(mean(test.map(({ x, y }) => (y - meanY - slope * (x - meanX)) ** 2)));
}

const errors = await executor.map(validate, [0, 1, 2, 3, 4]);
console.log(`errors of the ${FOLDS} folds: ${errors.map((error) => error.toFixed(1)).join(", ")}`);

// Prints:
// errors of the 5 folds: 0.7, 0.7, 0.7, 0.7, 0.7
