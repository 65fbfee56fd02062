// Grid search
//
// One call for each combination of parameters. What the function closes over, here the measurements, travels once for each worker.
import { Executor } from "nodewren";

const measured = Array.from({ length: 500 }, (_, x) => ({ x: x / 100, y: 2.5 * Math.exp(-0.7 * (x / 100)) }));

interface Parameters {
  scale: number;
  rate: number;
}

/** Sum of squared errors of y = scale · exp(-rate · x). */
function errorOf({ scale, rate }: Parameters): number {
  return measured.reduce((sum, { x, y }) => sum + (y - scale * Math.exp(-rate * x)) ** 2, 0);
}

const steps = Array.from({ length: 40 }, (_, i) => i / 10);
const grid = steps.flatMap((scale) => steps.map((rate) => ({ scale, rate })));
await using executor = new Executor();
const errors = await executor.map(errorOf, grid);
const best = errors.indexOf(Math.min(...errors));
console.log(`best of ${grid.length}: ${JSON.stringify(grid[best])}`);

// Prints:
// best of 1600: {"scale":2.5,"rate":0.7}
