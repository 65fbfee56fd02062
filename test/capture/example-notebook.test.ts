/** examples/notebook/closures.ipynb: run in a real Jupyter, its outputs must be those that the file shows. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { execute, faultsOf, findJupyter, type Notebook, type NotebookCell } from "./harness/jupyter.js";
import { repository } from "./harness/workshop.js";

const file = join(repository, "examples/notebook/closures.ipynb");
const jupyter = findJupyter();
const python = "python" in jupyter ? jupyter.python : "";
if ("missing" in jupyter) console.warn(`\nNOT RUN: the example notebook. Missing ${jupyter.missing}\n`);

const textsOf = ({ outputs = [] }: NotebookCell) =>
  outputs.map(({ text, data }) => [text ?? data?.["text/plain"] ?? ""].flat().join("")).join("");

/** A folder as a user's, with the package installed. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-notebook-"));
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(repository, join(folder, "node_modules/nodewren"));
  for (const name of ["@types/node", "undici-types"]) {
    symlinkSync(join(repository, "node_modules", name), join(folder, "node_modules", name));
  }
  return folder;
}

test.skipIf(!python)("the example notebook gives the outputs that it shows", { timeout: 120_000 }, async () => {
  const folder = project();
  const shown = JSON.parse(readFileSync(file, "utf8")) as Notebook;
  try {
    const cells = await execute(python, shown, { cwd: folder });
    expect(faultsOf(cells)).toEqual([]);
    if (process.env.UPDATE_DOCS) writeFileSync(file, withOutputs(shown, cells));
    expect(cells.map(textsOf)).toEqual(shown.cells.map(textsOf));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Counts and times of execution would differ with every run, so they stay out. */
function withOutputs(notebook: Notebook, cells: NotebookCell[]): string {
  for (const [i, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "code") continue;
    cell.outputs = (cells[i]?.outputs ?? []).map((output) => ({ ...output, execution_count: null }));
  }
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
