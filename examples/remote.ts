// Functions and methods whose calls run on workers: npx tsx examples/remote.ts
import { cloud, Executor, remote } from "nodewren";

const executor = new Executor({ workers: 2 });

const limit = 20_000;
const primesBelow = cloud(
  (n: number) => {
    const isPrime = (x: number) => {
      for (let d = 2; d * d <= x; d++) if (x % d === 0) return false;
      return true;
    };
    let count = 0;
    for (let x = 2; x < Math.min(n, limit); x++) if (isPrime(x)) count++;
    return count;
  },
  { executor },
);
// Calls of the same tick are one job.
console.log(await Promise.all([10, 1000, 100_000].map((n) => primesBelow(n))));

class Dice {
  readonly sides: number;
  #seed: number;

  constructor(sides: number, seed: number) {
    this.sides = sides;
    this.#seed = seed;
  }

  /** Runs on a worker, with a copy of this object. */
  @remote({ executor })
  async sumOf(throws: number): Promise<number> {
    let sum = 0;
    for (let i = 0; i < throws; i++) sum += 1 + (this.#next() % this.sides);
    return sum;
  }

  #next(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed;
  }
}

const dice = new Dice(6, 42);
const mean = (await dice.sumOf(100_000)) / 100_000;
console.log(`mean of a die: ${mean.toFixed(1)}; the same again: ${(await dice.sumOf(100_000)) / 100_000 === mean}`);

await executor.close();
