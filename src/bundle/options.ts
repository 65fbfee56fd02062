/** How esbuild is set up: to do what Node.js does, rather than what makes for small files. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { BuildOptions } from "esbuild";
import { codeOf, type Entry, projectOf } from "./entries.js";
import { type BundlePlan, packagesPlugin } from "./plugin.js";

/** What esbuild calls the code that hands the entries out: an ES module by its name, so that it imports CommonJS as Node does. */
export const ENTRIES_FILE = "packages.mjs";

/** Oldest Node.js that workers run. */
const TARGET = "node20.19";

export function optionsFor(plan: BundlePlan, missing: Entry[], onWorker: readonly string[]): BuildOptions {
  const folder = projectFolder(plan.entries);
  return {
    absWorkingDir: folder,
    stdin: { contents: codeOf(plan.entries), sourcefile: ENTRIES_FILE, resolveDir: folder },
    plugins: [packagesPlugin(plan, missing)],
    external: [...onWorker],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: plan.format,
    target: TARGET,
    conditions: process.features.require_module ? ["module-sync"] : [],
    mainFields: ["main"],
    resolveExtensions: [".js", ".json", ".node"],
    ignoreAnnotations: true,
    treeShaking: false,
    keepNames: true,
    charset: "utf8",
    legalComments: "none",
    // What code imports and is none itself; such packages travel as files.
    loader: { ".node": "empty", ".wasm": "empty", ".css": "empty" },
    tsconfigRaw: "{}",
    logLevel: "silent",
  };
}

/** The folder from which the bundle counts its paths. */
export function projectFolder(entries: readonly Entry[]): string {
  return projectOf(entries, (folder) =>
    ["package.json", "node_modules"].some((name) => existsSync(path.join(folder, name))),
  );
}
