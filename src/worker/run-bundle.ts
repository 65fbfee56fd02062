/** Runs the code of a bundle. */
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { quietly } from "../capture/rebuild/packages.js";
import { OWN_URL } from "../util/own-file.js";

/** For each package, by its key, what loads it. */
export type Entries = Readonly<Record<string, () => unknown>>;

/** The worker's own file, beside which packages lie that are deployed with it. */
export const workerFile = fileURLToPath(OWN_URL);

/** What CommonJS finds around itself. */
const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

/** In memory, so that nothing is left behind and nobody can change a file between check and use. */
export function runBundle(code: string, name: string): Entries {
  const filename = path.join(path.dirname(workerFile), name);
  const module: { exports: { entries?: Entries } } = { exports: {} };
  const options = { filename, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
  const run = quietly(() => vm.compileFunction(code, PARAMETERS, options));
  run(module.exports, createRequire(workerFile), module, filename, path.dirname(filename));
  return module.exports.entries ?? {};
}
