/** The form by module path: nothing is captured, the worker imports the module and calls what it exports. */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CapturedPackage } from "../capture/capture.js";
import { OptionError } from "../errors.js";
import type { Reach } from "../stores/store.js";
import type { CallContext } from "../worker/context.js";
import { importTelling } from "./import-telling.js";

/** A function by the place where it is exported. */
export interface ModuleFunction {
  /** URL of a module that plain Node can import, such as `new URL("./work.js", import.meta.url)`. */
  module: URL | string;
  /** Name of the export; `"default"` for the default one. */
  name: string;
}

export function isModuleFunction(fn: unknown): fn is ModuleFunction {
  return typeof fn === "object" && fn !== null && "module" in fn;
}

/**
 * A function without captured state that imports the module on the worker. State of the module lives as long as the
 * worker does. Throws `OptionError` when the module is not there, or when workers of that reach cannot import it.
 */
export function functionOfModule(
  { module, name }: ModuleFunction,
  reach: Reach,
): (input: unknown, context: CallContext) => unknown {
  const url = checkModule(module, reach);
  if (typeof name !== "string" || name === "")
    throw new OptionError("name", `map({ module, name }) takes the name of an export, but got ${String(name)}.`);
  return async (input, context) => {
    const exports = await importTelling(url);
    const fn = exports[name];
    if (typeof fn !== "function") throw new TypeError(`The module ${url} has no exported function ${name}.`);
    return fn(input, context);
  };
}

/** What a worker has to be able to load for it. */
export function packageOfModule({ module }: ModuleFunction): CapturedPackage {
  const url = new URL(module).href;
  return { specifier: url, importer: url, via: "import" };
}

function checkModule(module: unknown, reach: Reach): string {
  const url = URL.canParse(String(module)) ? new URL(String(module)) : undefined;
  if (url?.protocol !== "file:")
    throw new OptionError(
      "module",
      `map({ module, name }) takes the URL of a file, such as new URL("./work.js", import.meta.url), but got ${String(module)}.`,
    );
  checkFile(fileURLToPath(url), url.href);
  if (reach !== "network" && !runsHere(url.pathname))
    throw new OptionError("module", `Workers' Node ${process.version} does not run ${url.href}: give the built file.`);
  return url.href;
}

function checkFile(path: string, href: string): void {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file)
    throw new OptionError("module", `There is no module ${href}. Workers run plain JavaScript: give the built file.`);
  if (file.isDirectory())
    throw new OptionError("module", `${href} is a folder: give a file in it, such as its index.js.`);
}

/** Workers of this machine have no loaders, and this version of Node; for those elsewhere, modules are bundled. */
function runsHere(path: string): boolean {
  const { typescript } = process.features as { typescript?: unknown };
  return typescript ? !/\.tsx$/.test(path) : !/\.[cm]?tsx?$/.test(path);
}
