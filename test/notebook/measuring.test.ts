/** examples/notebook/measuring.ipynb: run in a real Jupyter, and its pictures drawn by a real browser where there is one. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { execute, faultsOf, type Notebook, type NotebookCell, withOutputs } from "../capture/harness/jupyter.js";
import { needJupyter, notebookProject, python } from "../support/notebooks.js";
import { root } from "../support/run-script.js";

needJupyter("long");

const file = join(root, "examples/notebook/measuring.ipynb");
const CHROMIUM = "chromium";
const hasBrowser =
  spawnSync(CHROMIUM, ["--version"]).status === 0 && spawnSync(python, ["-c", "import nbconvert"]).status === 0;
if (process.env.LONG_NOTEBOOKS && !hasBrowser)
  console.warn("\nNOT RUN: a notebook's pictures in a browser. apt-get install chromium python3-nbconvert\n");

/** Times differ with every run. */
const kindsOf = ({ outputs = [] }: NotebookCell) =>
  outputs.map(({ output_type, data = {} }) => [output_type, ...Object.keys(data)].join(" "));

test("the notebook about measuring gives outputs of the kinds that it shows", { timeout: 240_000 }, async () => {
  const folder = notebookProject();
  const shown = JSON.parse(readFileSync(file, "utf8")) as Notebook;
  const cells = await execute(python, shown, { cwd: folder, env: { CI: "" } });
  expect(faultsOf(cells)).toEqual([]);
  if (process.env.UPDATE_DOCS) writeFileSync(file, withOutputs(shown, cells));
  expect(cells.map(kindsOf)).toEqual(shown.cells.map(kindsOf));
  expect(cells.flatMap(kindsOf).filter((kind) => kind === "display_data text/html")).toHaveLength(9);
});

test("its pictures and bars are drawn by a browser", (context) => {
  context.skip(!hasBrowser, "there is no chromium, or no nbconvert");
  const page = join(notebookProject(), "page.html");
  const converted = spawnSync(python, ["-m", "nbconvert", "--to", "html", file, "--output", page], {
    encoding: "utf8",
  });
  expect(converted).toMatchObject({ status: 0 });
  writeFileSync(page, `${readFileSync(page, "utf8")}<script>${TELL}</script>`);
  expect(JSON.parse(titleOf(page))).toEqual({ broken: 0, pictures: PICTURES, bars: 2 });
});

/** Of the timeline, the histogram and the curve. */
const PICTURES = 3;

/** Runs in the page, whose title it makes of what is drawn there. */
const TELL = `addEventListener("load", () => {
  const pictures = [...document.querySelectorAll("[data-mime-type='text/html'] img")];
  const bars = [...document.querySelectorAll("progress")].filter((one) => one.position === 1);
  document.title = JSON.stringify({ broken: pictures.filter((one) => !(one.naturalWidth > 100)).length, pictures: pictures.length, bars: bars.length });
});`;

function titleOf(page: string): string {
  const flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking";
  const profile = `--user-data-dir=${page}.profile`;
  // What the page would load from elsewhere is not there.
  const offline = ["--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"];
  const args = [...flags.split(" "), ...offline, profile, "--dump-dom", `file://${page}`];
  const { stdout } = spawnSync(CHROMIUM, args, { encoding: "utf8", timeout: 60_000, maxBuffer: 2 ** 28 });
  return /<title>([^<]*)<\/title>/.exec(stdout)?.[1] ?? "";
}
