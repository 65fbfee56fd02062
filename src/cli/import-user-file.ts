import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { moduleImporter } from "../host/on-worker/import-module.js";
import { UsageError } from "./usage.js";

/**
 * Imports a module of the user's. TypeScript goes through the project's own tsx, or else through Node itself.
 * Throws `UsageError` when the file is missing, or when it is TypeScript that neither of them runs.
 */
export async function importUserFile(file: string): Promise<Record<string, unknown>> {
  const path = resolve(file);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UsageError("file", `There is no file ${path}.`);
  if (found.isDirectory()) throw new UsageError("file", `${path} is a folder. Give a file in it, such as work.ts.`);
  const url = pathToFileURL(path).href;
  if (!/\.[cm]?tsx?$/.test(path)) return moduleImporter()(url);
  const tsx = findTsx(path);
  if (!tsx) return importWithNodeAlone(url);
  const { register } = (await import(tsx)) as { register(): unknown };
  register();
  return import(url);
}

/** The project's tsx, seen from the file and from the working directory. */
function findTsx(path: string): string | undefined {
  for (const from of [path, join(process.cwd(), "package.json")]) {
    try {
      // What is found is the CommonJS form, beside which lies the ES module that registers for import().
      return pathToFileURL(
        createRequire(from)
          .resolve("tsx/esm/api")
          .replace(/\.cjs$/, ".mjs"),
      ).href;
    } catch {
      // Not installed there; the next place may have it.
    }
  }
  return undefined;
}

async function importWithNodeAlone(url: string): Promise<Record<string, unknown>> {
  try {
    return await import(url);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_UNKNOWN_FILE_EXTENSION") throw cause;
    throw new UsageError(
      "file",
      `Node ${process.version} does not run ${url}. Install tsx in the project: npm install --save-dev tsx.`,
      { cause },
    );
  }
}
