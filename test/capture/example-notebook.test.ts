/**
 * examples/notebook/closures.ipynb: run in a real Jupyter, its outputs must be those that the file shows.
 *
 * @module-tag long
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { needJupyter, notebookProject, python } from "../support/notebooks.js";
import { execute, faultsOf, type Notebook, type NotebookCell, withOutputs } from "./harness/jupyter.js";
import { repository } from "./harness/workshop.js";

const file = join(repository, "examples/notebook/closures.ipynb");
needJupyter("short");

const textsOf = ({ outputs = [] }: NotebookCell) =>
  outputs.map(({ text, data }) => [text ?? data?.["text/plain"] ?? ""].flat().join("")).join("");

test("the example notebook gives the outputs that it shows", async () => {
  const folder = notebookProject();
  const shown = JSON.parse(readFileSync(file, "utf8")) as Notebook;
  const cells = await execute(python, shown, { cwd: folder });
  expect(faultsOf(cells)).toEqual([]);
  if (process.env.UPDATE_DOCS) writeFileSync(file, withOutputs(shown, cells));
  expect(cells.map(textsOf)).toEqual(shown.cells.map(textsOf));
});
