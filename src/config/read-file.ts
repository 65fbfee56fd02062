/** Reads a configuration file at once, without promises: `new Executor()` cannot wait. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { OptionError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import { runTypeScript } from "./typescript.js";

/** What the file exports. Throws `OptionError` when it is missing or does not run. */
export function readConfigFile(file: string): unknown {
  if (!existsSync(file)) throw new OptionError("config", `There is no configuration file ${file}.`);
  try {
    if (file.endsWith(".json")) return JSON.parse(readFileSync(file, "utf8"));
    return exportOf(/\.[cm]?ts$/.test(file) ? runTypeScript(file) : createRequire(file)(file));
  } catch (cause) {
    if (cause instanceof OptionError) throw cause;
    if (/top-level await/i.test(textOf(cause)))
      throw new OptionError(
        "config",
        `The configuration file ${file} uses await at its top level, but new Executor() reads it synchronously. Compute the value in your script, and give it as an option.`,
        { cause },
      );
    throw new OptionError("config", `The configuration file ${file} cannot be read: ${textOf(cause)}`, { cause });
  }
}

/** The default export of an ES module, or all that a CommonJS module exports. */
function exportOf(module: unknown): unknown {
  const isModule = typeof module === "object" && module !== null;
  return isModule && "default" in module ? module.default : module;
}
