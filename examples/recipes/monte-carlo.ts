// Monte Carlo simulation
//
// Give each call a seed of its own, and as much work as takes some milliseconds. With seeds, the result is the same on any number of workers.
import { Executor } from "nodewren";

const POINTS = 200_000;

/** Random numbers of 0 to 1 from a seed (mulberry32; Tommy Ettinger, 2017). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How many points of the unit square are within the circle. */
function hits(seed: number): number {
  const random = randomFrom(seed);
  let count = 0;
  for (let i = 0; i < POINTS; i++) if (random() ** 2 + random() ** 2 < 1) count++;
  return count;
}

await using executor = new Executor();
const seeds = Array.from({ length: 50 }, (_, i) => i);
const total = await executor.mapReduce(hits, seeds, (a, b) => a + b);
console.log(`π is about ${((4 * total) / (POINTS * seeds.length)).toFixed(2)}`);

// Prints:
// π is about 3.14
