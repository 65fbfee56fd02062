/** Runs the code of a bundle. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import { quietly } from "../capture/rebuild/packages.js";
import { decodeBundle } from "../wire/packages.js";

/** What a bundle exports: for each package, what loads it. */
export type Entries = Readonly<Record<string, () => unknown>>;

/** The worker's own file, beside which packages lie that are deployed with it. */
export const workerFile = fileURLToPath(import.meta.url);

/** Digits of the digest that name the bundle in stacks; enough to tell it from others. */
const NAME_DIGITS = 12;

export async function runBundle(bytes: Uint8Array, digest: string): Promise<Entries> {
  const name = `nodewren-packages-${digest.slice(0, NAME_DIGITS)}`;
  const { format, code } = decodeBundle(bytes, `packages/${digest}`);
  return format === "cjs" ? runCommonJs(code, `${name}.cjs`) : runModule(code, `${name}.mjs`);
}

/** What CommonJS finds around itself. */
const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

/** In memory, so that nothing is left behind and nobody can change a file between check and use. */
function runCommonJs(code: string, name: string): Entries {
  const filename = path.join(path.dirname(workerFile), name);
  const module: { exports: { entries?: Entries } } = { exports: {} };
  const options = { filename, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  const run = quietly(() => vm.compileFunction(code, PARAMETERS, options));
  run(module.exports, createRequire(workerFile), module, filename, path.dirname(filename));
  return module.exports.entries ?? {};
}

/** A module must be a file while it is loaded; in a folder of its own, which only this user can write to. */
async function runModule(code: string, name: string): Promise<Entries> {
  const folder = await mkdtemp(path.join(tmpdir(), "nodewren-packages-"));
  try {
    const file = path.join(folder, name);
    await writeFile(file, code);
    return ((await import(pathToFileURL(file).href)) as { entries: Entries }).entries;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
