/** How esbuild is set up: to do what Node.js does, rather than what makes for small files. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { BuildOptions } from "esbuild";
import type { BundleFormat } from "../wire/packages.js";
import { codeOf, type Entry, projectOf } from "./entries.js";
import { type BundlePlan, type Findings, packagesPlugin } from "./plugin.js";

/** Oldest Node.js that workers run. */
const TARGET = "node20.19";

export function optionsFor(plan: BundlePlan, findings: Findings, onWorker: readonly string[]): BuildOptions {
  const folder = projectFolder(plan.entries);
  return {
    absWorkingDir: folder,
    // An ES module by its name, so that it imports CommonJS as Node does.
    stdin: { contents: codeOf(plan.entries), sourcefile: "packages.mjs", resolveDir: folder },
    plugins: [packagesPlugin(plan, findings)],
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
    tsconfigRaw: "{}",
    logLevel: "silent",
    ...FRAMES[plan.format],
  };
}

/** What a module finds around it. CommonJS has no import.meta, and ES modules have no require. */
const FRAMES: Record<BundleFormat, Pick<BuildOptions, "define" | "banner">> = {
  cjs: {
    define: {
      "import.meta.url": "nodewrenFileUrl",
      "import.meta.filename": "__filename",
      "import.meta.dirname": "__dirname",
    },
    banner: { js: 'var nodewrenFileUrl = require("node:url").pathToFileURL(__filename).href;' },
  },
  esm: {
    define: {},
    banner: {
      js: [
        'import { createRequire as nodewrenCreateRequire } from "node:module";',
        "var require = nodewrenCreateRequire(import.meta.url);",
        "var __filename = import.meta.filename, __dirname = import.meta.dirname;",
      ].join("\n"),
    },
  },
};

/** The folder from which the bundle counts its paths. */
export function projectFolder(entries: readonly Entry[]): string {
  return projectOf(entries, (folder) =>
    ["package.json", "node_modules"].some((name) => existsSync(path.join(folder, name))),
  );
}
