/**
 * Closures over the cells of a notebook, in a real Jupyter where there is one; says so where there is none.
 *
 * @module-tag long
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { plain } from "./harness/compile.js";
import { deviationOf, isIdeal } from "./harness/deviations.js";
import { sessionEnd } from "./harness/environments.js";
import { execute, faultsOf, findJupyter, notebookOf } from "./harness/jupyter.js";
import { captureUrl, judgeRecords } from "./harness/run.js";
import { cellTexts } from "./harness/sessions.js";
import { copyCases, openWorkshop } from "./harness/workshop.js";

const jupyter = findJupyter();
const python = "python" in jupyter ? jupyter.python : "";
if ("missing" in jupyter) console.warn(`\nNOT RUN: closures in a notebook. Missing ${jupyter.missing}\n`);

test.skipIf(!python)("closures over cells of a notebook", async () => {
  const workshop = openWorkshop();
  try {
    const cwd = copyCases(workshop, "notebook", plain);
    const out = join(workshop.root, "notebook.records");
    const texts = cellTexts({ end: sessionEnd, out, typed: true });
    const cells = await execute(python, notebookOf(texts), { cwd, env: { MATRIX_CAPTURE: captureUrl } });
    expect(faultsOf(cells)).toEqual([]);
    const verdicts = await judgeRecords(out, cwd);
    expect(verdicts.length).toBeGreaterThan(15);
    const faults = verdicts.filter((verdict) => !isIdeal(verdict) && !deviationOf("notebook", verdict));
    expect(faults.map(({ id, outcome, detail }) => `${id}: ${outcome}\n${detail}`)).toEqual([]);
  } finally {
    workshop.remove();
  }
});
