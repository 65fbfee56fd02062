/** Every case in every environment: see docs/capture-matrix.md, which this test writes with UPDATE_DOCS=1. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deviationOf, deviations, isIdeal } from "./harness/deviations.js";
import { environments } from "./harness/environments.js";
import { type Run, report } from "./harness/report.js";
import { runEnvironment } from "./harness/run.js";
import type { Verdict } from "./harness/verdict.js";
import { openWorkshop, repository, type Workshop } from "./harness/workshop.js";

/** Environments at a time: one for each of two cores. */
const AT_ONCE = 2;
const page = join(repository, "docs/capture-matrix.md");
const runs = new Map<string, Run | Error>();
let workshop: Workshop;

beforeAll(async () => {
  workshop = openWorkshop();
  const waiting = [...environments];
  const next = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const { name, how } = one;
      runs.set(name, await runEnvironment(one, workshop).then((verdicts) => ({ name, how, verdicts }), asError));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
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
    const faults = verdictsOf(name).filter((verdict) => !isIdeal(verdict) && !deviationOf(name, verdict));
    expect(faults.map(tell)).toEqual([]);
  });
});

test("every declared deviation happens", () => {
  const all = environments.flatMap(({ name }) => verdictsOf(name).map((verdict) => ({ name, verdict })));
  const idle = deviations
    .filter(({ environments: where }) => where === "all" || !where.includes("notebook"))
    .filter((one) => !all.some(({ name, verdict }) => !isIdeal(verdict) && deviationOf(name, verdict) === one));
  expect(idle).toEqual([]);
});

test("docs/capture-matrix.md is what this run found", () => {
  const found = report(environments.map(({ name }) => runs.get(name) as Run));
  if (process.env.UPDATE_DOCS) writeFileSync(page, found);
  expect(readFileSync(page, "utf8"), "run with UPDATE_DOCS=1 to write the page anew").toBe(found);
});
