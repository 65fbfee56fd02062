/**
 * A real Jupyter: Debian's nbclient runs a notebook's cells in tslab, the kernel for TypeScript. It is optional:
 * `apt-get install python3-nbclient jupyter-client`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.js";
import { repository } from "./workshop.js";

const tslab = join(repository, "node_modules/tslab/bin/tslab");
/** Debian's own Python first: another one in the PATH doesn't see Debian's packages. */
const PYTHONS = ["/usr/bin/python3", "python3"];
const EXECUTE = `
import sys, nbformat, nbclient
source, result, folder = sys.argv[1:]
notebook = nbformat.read(source, 4)
client = nbclient.NotebookClient(notebook, timeout=60, kernel_name="tslab", allow_errors=True, resources={"metadata": {"path": folder}})
client.execute()
nbformat.write(notebook, result)
`;

export interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, string | string[]>;
  traceback?: string[];
}

export interface NotebookCell {
  cell_type: "code" | "markdown";
  source: string | string[];
  outputs?: Output[];
}

export interface Notebook {
  cells: NotebookCell[];
}

/** Python with nbclient, or a text that says what is missing. */
export function findJupyter(): { python: string } | { missing: string } {
  const python = PYTHONS.find((one) => spawnSync(one, ["-c", "import nbclient, jupyter_client"]).status === 0);
  if (!python) return { missing: "nbclient: apt-get install python3-nbclient jupyter-client" };
  return existsSync(tslab) ? { python } : { missing: "tslab: npm install" };
}

/** Executes the cells in one kernel whose folder is `cwd`; gives the cells with their outputs. */
export async function execute(
  python: string,
  notebook: Notebook,
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<NotebookCell[]> {
  const [source, result] = [join(cwd, "source.ipynb"), join(cwd, "result.ipynb")];
  writeFileSync(source, JSON.stringify(notebook));
  const told = { ...env, JUPYTER_PATH: writeKernel(cwd), IPYTHONDIR: cwd, JUPYTER_RUNTIME_DIR: cwd };
  await run(["-c", EXECUTE, source, result, cwd], { cwd, env: told, what: "notebook", out: result, program: python });
  return (JSON.parse(readFileSync(result, "utf8")) as Notebook).cells;
}

/** Returns the folder that JUPYTER_PATH must name. */
export function writeKernel(cwd: string): string {
  const folder = join(cwd, "jupyter/kernels/tslab");
  mkdirSync(folder, { recursive: true });
  const argv = [process.execPath, tslab, "kernel", "--config-path={connection_file}"];
  const kernel = { argv, display_name: "TypeScript", language: "typescript" };
  writeFileSync(join(folder, "kernel.json"), JSON.stringify(kernel));
  return join(cwd, "jupyter");
}

export function notebookOf(texts: string[]): Notebook {
  const empty = { cell_type: "code" as const, metadata: {}, outputs: [], execution_count: null };
  const cells = texts.map((source) => ({ ...empty, source }));
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 4 } as Notebook;
}

/** What cells wrote to stderr or threw. */
export function faultsOf(cells: NotebookCell[]): string[] {
  return cells.flatMap(({ source, outputs = [] }) =>
    outputs
      .filter(({ output_type, name }) => output_type === "error" || name === "stderr")
      .map(({ text, traceback }) => `${[source].flat().join("")}\n${[text ?? traceback ?? ""].flat().join("\n")}`),
  );
}

/** The text of the notebook's file. Counts and times of execution would differ with every run, so they stay out. */
export function withOutputs(notebook: Notebook, cells: NotebookCell[]): string {
  for (const [i, cell] of notebook.cells.entries()) {
    if (cell.cell_type !== "code") continue;
    cell.outputs = (cells[i]?.outputs ?? []).map((output) => ({ ...output, execution_count: null }));
  }
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
