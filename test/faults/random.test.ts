/**
 * Kinds of faults, with numbers from seeds: every future settles, each value is right and comes once, and nothing is left. A
 * share of the kinds in `npm test`; `npm run test:faults` runs all of them, in every place, with as many seeds as it is told. @early as it takes long.
 */
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalBackend } from "nodewren";
import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../mutated/random.js";
import { combo, isLambda, skipOn } from "../support/combo.js";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { canListProcesses, childrenOf } from "../support/processes.js";
import { until } from "../support/until.js";
import { KINDS } from "./random/kinds.js";
import { runFaulty, type Wrong } from "./random/run.js";
import { FaultyStore, STORE_KINDS } from "./random/store-kinds.js";
import { Tally } from "./random/tally.js";

/** Undefined: a share of the kinds, once each. */
const SEEDS = process.env.NODEWREN_FAULT_SEEDS === undefined ? undefined : Number(process.env.NODEWREN_FAULT_SEEDS);
const FIRST = Number(process.env.NODEWREN_SEED ?? 20_261);
const SHARE = 12;

const seeds = Array.from({ length: SEEDS ?? 1 }, (_, i) => FIRST + i);
const some = <T>(kinds: readonly T[]) => kinds.filter((_, i) => SEEDS !== undefined || i % SHARE === FIRST % SHARE);
const TIME_MS = 90_000 * seeds.length;

/** One after the other, so that what one job does to a worker is met by the next. */
const JOBS_AN_EXECUTOR = 10;

function groupsOf(all: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

const storesOfOurs = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`nodewren-${process.pid}-`));

/** What of this process's workers and folders outlives its executors. */
async function leftovers(): Promise<unknown[]> {
  if (isLambda || !canListProcesses) return storesOfOurs();
  await until(() => childrenOf(process.pid).length === 0).catch(() => {});
  return [...childrenOf(process.pid), ...storesOfOurs()];
}

async function leaked(): Promise<Wrong[]> {
  return (await leftovers()).map((left) => ({ what: "leaked", how: String(left) }));
}

const tally = new Tally();

it("there are kinds enough", () => {
  expect(KINDS.length + STORE_KINDS.length).toBeGreaterThanOrEqual(30);
  expect(new Set(KINDS.map(({ name }) => name)).size).toBe(KINDS.length);
});

describe("a job, some of whose calls, or which itself", () => {
  const here = KINDS.filter(({ on }) => on === undefined || on.includes(combo.backend));
  it.each(some(here).map((kind) => [kind.name, kind] as const))(
    "%s",
    async (_name, kind) => {
      const wrong: object[] = [];
      for (const group of groupsOf(seeds, kind.endsExecutor ? 1 : JOBS_AN_EXECUTOR)) {
        const executor = newExecutor();
        for (const seed of group)
          wrong.push(...tally.add(kind.name, seed, await runFaulty(kind, executor, new Random(seed))));
        await executor.close();
        wrong.push(...tally.note(group, await leaked()));
      }
      expect(wrong).toEqual([]);
    },
    TIME_MS,
  );
});

describe("a job whose store", () => {
  it.for(some(STORE_KINDS).map((kind) => [kind.name, kind] as const))(
    "%s",
    { timeout: TIME_MS },
    async ([, kind], context) => {
      skipOn(context, isLambda, "a store that fails is this host's own");
      const wrong: object[] = [];
      for (const seed of seeds) {
        const random = new Random(seed);
        const store = new FaultyStore(join(newFolder(), "store"), kind, random);
        const executor = newExecutor({ store, backend: new LocalBackend({ workers: 2 }) });
        const fault = { name: kind.name, ends: ["value"] };
        wrong.push(...tally.add(kind.name, seed, await runFaulty(fault, executor, random)));
        await executor.close();
        wrong.push(...tally.note([seed], await leaked()));
      }
      expect(wrong).toEqual([]);
    },
  );
});

afterAll(async () => {
  console.log(`${tally}, seeds from ${FIRST}`);
  expect(await leftovers()).toEqual([]);
});
