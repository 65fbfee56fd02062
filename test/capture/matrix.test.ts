/**
 * The cases in every environment: all of them with `npm run matrix`, which writes docs/capture-matrix.md; a share of them else, and in few
 * environments by `npm test`. @early as it takes long.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isShort } from "../support/long.js";
import { deviationOf, deviations, isIdeal } from "./harness/deviations.js";
import { environments as everywhere } from "./harness/environments.js";
import { countsOf, type Run, report } from "./harness/report.js";
import { runEnvironment } from "./harness/run.js";
import type { Verdict } from "./harness/verdict.js";
import { openWorkshop, repository, type Workshop } from "./harness/workshop.js";

/** Environments at a time: one for each of two cores. */
const AT_ONCE = 2;
const isWhole = Boolean(process.env.UPDATE_DOCS);
/** Of so many cases each environment runs one, and the next environment the next; the first one runs more. */
const SHARE = isWhole ? 1 : 16;
const FIRST_SHARE = isWhole ? 1 : isShort ? 16 : 4;
/** Those that differ most. */
const FEW = ["ESM", "CJS", "tsx ESM"];
const environments = everywhere.filter(({ name, isExtra }) => isWhole || (isShort ? FEW.includes(name) : !isExtra));
const page = join(repository, "docs/capture-matrix.md");
const runs = new Map<string, Run | Error>();
let workshop: Workshop;

beforeAll(async () => {
  workshop = openWorkshop();
  const waiting = [...environments.entries()];
  const runThem = async () => {
    for (let taken = waiting.shift(); taken; taken = waiting.shift()) {
      const [index, one] = taken;
      const { name, how } = one;
      const every = index === 0 ? FIRST_SHARE : SHARE;
      const share = { every, first: index % every };
      runs.set(name, await runEnvironment(one, workshop, share).then((verdicts) => ({ name, how, verdicts }), asError));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runThem));
}, 900_000);

afterAll(() => workshop?.remove());

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

function verdictsOf(name: string): Verdict[] {
  const found = runs.get(name);
  if (!found || found instanceof Error) throw found ?? new Error(`${name} didn't run`);
  return found.verdicts;
}

const tell = ({ id, ideal, outcome, detail }: Verdict) => `${id}: ${outcome}, ideal ${ideal}\n${detail}`;

describe.each(environments.map(({ name }) => name))("capture under %s", (name) => {
  test("runs cases, each with an id of its own", () => {
    const ids = verdictsOf(name).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(15);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("is as ideal or declared", () => {
    const found = verdictsOf(name).filter(({ outcome }) => outcome !== "left");
    const faults = found.filter((verdict) => !isIdeal(verdict) && !deviationOf(name, verdict));
    expect(found.length).toBeGreaterThanOrEqual(Math.floor(verdictsOf(name).length / SHARE));
    expect(faults.map(tell)).toEqual([]);
  });
});

if (isWhole) {
  test("every declared deviation happens", () => {
    const found = environments.flatMap(({ name }) => verdictsOf(name).map((verdict) => ({ name, verdict })));
    const idle = deviations
      .filter(({ environments: where }) => where === "all" || !where.includes("notebook"))
      .filter((one) => !found.some(({ name, verdict }) => !isIdeal(verdict) && deviationOf(name, verdict) === one));
    expect(idle).toEqual([]);
  });

  test("docs/capture-matrix.md is written", () => {
    writeFileSync(page, report(environments.map(({ name }) => runs.get(name) as Run)));
  });
} else {
  test("docs/capture-matrix.md counts as many cases as there are; `npm run matrix` writes it anew", () => {
    const found = environments.map(({ name }) => ({ name, how: "", verdicts: verdictsOf(name) }));
    const groups = new Set(found.flatMap(({ verdicts }) => verdicts.map(({ group }) => group)));
    const counted = countsOf(readFileSync(page, "utf8"));
    for (const { name, verdicts } of found)
      for (const group of groups)
        expect(counted(group, name), `${group} in ${name}`).toBe(verdicts.filter((one) => one.group === group).length);
  });
}
