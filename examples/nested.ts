// Maps inside of maps: each call of the outer one maps as well, on workers of its own. npx tsx examples/nested.ts
import { Executor } from "nodewren";

const executor = new Executor({ workers: 2 });

/** Guesses at where a function is least: each tries its surroundings in parallel, and goes where it is lower. */
const height = (x: number) => (x - 3) ** 2 + 4 * Math.sin(5 * x);
const valleys = await executor.map(
  async (start, { executor }) => {
    let best = start;
    for (const step of [0.1, 0.01]) {
      const tries = Array.from({ length: 11 }, (_, i) => best + (i - 5) * step);
      const heights = await executor.map(height, tries);
      best = tries[heights.indexOf(Math.min(...heights))] as number;
    }
    return best;
  },
  [0, 2, 4, 6],
);
console.log(valleys.map((x) => x.toFixed(2)).join(" "));

await executor.close();
