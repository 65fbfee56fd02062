/** What tests of notebooks start by. */
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished } from "vitest";
import { findJupyter } from "../capture/harness/jupyter.js";
import { newFolder } from "./folders.js";
import { NotebookKernel } from "./notebook-kernel.js";
import { root } from "./run-script.js";

const jupyter = findJupyter();
export const python = "python" in jupyter ? jupyter.python : "";

/** Skips the tests of a file, and says so, where there is no Jupyter; those that are long unless they are asked for. */
export function needJupyter(length: "short" | "long"): void {
  const isLeftOut = length === "long" && !process.env.LONG_NOTEBOOKS;
  if ("missing" in jupyter && !isLeftOut) console.warn(`\nNOT RUN: notebooks. Missing ${jupyter.missing}\n`);
  beforeEach((context) => {
    context.skip(isLeftOut, "npm run test:notebook runs it");
    context.skip("missing" in jupyter, "there is no Jupyter");
  });
}

/** A folder as that of a notebook's user, with the package installed. It goes when the test ends. */
export function notebookProject(): string {
  const folder = newFolder();
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules/nodewren"));
  for (const name of ["@types/node", "undici-types"])
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  return folder;
}

/** A kernel, which has run that cell; `stores()` lists the folders that executors have made there and not removed yet. */
export async function startNotebook(first: string, folder = notebookProject()) {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  const kernel = await NotebookKernel.start(python, folder, { TMPDIR: temporary });
  onTestFinished(() => kernel.close());
  expect(await kernel.run(first)).toMatchObject({ stderr: "" });
  const stores = () => readdirSync(temporary).filter((name) => name.startsWith("nodewren-"));
  return { kernel, folder, stores };
}
