/** The form by module path: nothing is captured, the worker imports the module and calls what it exports. */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CapturedPackage } from "../capture/capture.js";
import { OptionError } from "../errors.js";
import type { ModuleFunction } from "../options.js";
import type { Reach } from "../stores/store.js";
import type { CallContext } from "../worker/call-context.js";
import { moduleCaller } from "./on-worker/import-module.js";

/** What was given the module, for messages. */
export interface ModuleUse {
  where: string;
  /** Option to blame; undefined: the wrong part of `{ module, name }` itself. */
  option?: string;
}

const AS_FUNCTION: ModuleUse = { where: "map({ module, name })" };

/**
 * A function without captured state that imports the module on the worker. State of the module lives as long as the
 * worker does. Throws `OptionError` when the module is not there, or when workers of that reach cannot import it.
 */
export function functionOfModule(
  { module, name }: ModuleFunction,
  reach: Reach,
  use = AS_FUNCTION,
): (input: unknown, context: CallContext) => unknown {
  const url = checkModule(module, reach, use);
  if (typeof name !== "string" || name === "")
    throw wrong(use, "name", `takes the name of an export, but got ${String(name)}.`);
  return moduleCaller(url, name);
}

/** What a worker has to be able to load for it. */
export function packageOfModule({ module }: ModuleFunction): CapturedPackage {
  const url = new URL(module).href;
  return { specifier: url, importer: url, via: "import" };
}

function wrong({ where, option }: ModuleUse, part: "module" | "name", what: string): OptionError {
  return new OptionError(option ?? part, `${where} ${what}`);
}

function checkModule(module: unknown, reach: Reach, use: ModuleUse): string {
  const url = URL.canParse(String(module)) ? new URL(String(module)) : undefined;
  if (url?.protocol !== "file:")
    throw wrong(
      use,
      "module",
      `takes the URL of a file, such as new URL("./work.js", import.meta.url), but got ${String(module)}.`,
    );
  checkFile(fileURLToPath(url), url.href, use);
  if (reach !== "network" && !runsHere(url.pathname))
    throw wrong(
      use,
      "module",
      `names ${url.href}, which workers' Node ${process.version} does not run: give the built file.`,
    );
  return url.href;
}

function checkFile(path: string, href: string, use: ModuleUse): void {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file)
    throw wrong(
      use,
      "module",
      `names ${href}, but there is no module. Workers run plain JavaScript: give the built file.`,
    );
  if (file.isDirectory())
    throw wrong(use, "module", `names ${href}, which is a folder: give a file in it, such as its index.js.`);
}

/** Workers of this machine have no loaders, and this version of Node; for those elsewhere, modules are bundled. */
function runsHere(path: string): boolean {
  const { typescript } = process.features as { typescript?: unknown };
  return typescript ? !/\.tsx$/.test(path) : !/\.[cm]?tsx?$/.test(path);
}
