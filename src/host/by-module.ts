/** The form by module path: nothing is captured, the worker imports the module and calls what it exports. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CapturedPackage } from "../capture/capture.js";
import { OptionError } from "../errors.js";
import type { CallContext } from "../worker/context.js";

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
 * worker does. Throws `OptionError` when the module is not there.
 */
export function functionOfModule({ module, name }: ModuleFunction): (input: unknown, context: CallContext) => unknown {
  const url = checkModule(module);
  if (typeof name !== "string" || name === "")
    throw new OptionError("name", `map({ module, name }) takes the name of an export, but got ${String(name)}.`);
  return async (input, context) => {
    const exports = (await import(url)) as Record<string, unknown>;
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

function checkModule(module: unknown): string {
  const url = URL.canParse(String(module)) ? new URL(String(module)) : undefined;
  if (url?.protocol !== "file:")
    throw new OptionError(
      "module",
      `map({ module, name }) takes the URL of a file, such as new URL("./work.js", import.meta.url), but got ${String(module)}.`,
    );
  if (!existsSync(fileURLToPath(url)))
    throw new OptionError(
      "module",
      `There is no module ${url.href}. Workers run plain JavaScript: give the built file.`,
    );
  return url.href;
}
