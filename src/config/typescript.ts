/** Runs a configuration file that is TypeScript. */
import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import { OptionError } from "../errors.js";
import { OWN_URL, ownRequire } from "../util/own-file.js";

interface Esbuild {
  buildSync(options: Record<string, unknown>): { outputFiles: { text: string }[] };
}

/** As `require()` does, a file is run once. */
const loaded = new Map<string, unknown>();

/** Through Node where it strips types (from 22.18 on), or through what has taught require() to: tsx, say. Else esbuild. */
export function runTypeScript(file: string): unknown {
  const require = createRequire(file);
  const { typescript } = process.features as { typescript?: unknown };
  if (typescript || require.extensions[".ts"]) return require(file);
  if (!loaded.has(file)) loaded.set(file, runBundle(file, require));
  return loaded.get(file);
}

function runBundle(file: string, require: NodeJS.Require): unknown {
  const { outputFiles } = findEsbuild(file).buildSync({
    entryPoints: [file],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: `node${process.versions.node}`,
    write: false,
    logLevel: "silent",
  });
  const module = { exports: {} };
  const run = compileFunction(outputFiles[0]?.text ?? "", ["exports", "require", "module"], { filename: file });
  // A file that imports the library's defineConfig() may be read by a command line that is installed elsewhere.
  run(module.exports, (name: string) => (name === "nodewren" ? ownRequire(name) : require(name)), module);
  return module.exports;
}

/** The project's own esbuild, or else the one beside nodewren. */
function findEsbuild(file: string): Esbuild {
  for (const from of [file, OWN_URL]) {
    try {
      return createRequire(from)("esbuild");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new OptionError(
    "config",
    `Node ${process.version} does not run ${file}. Install esbuild in the project (npm install --save-dev esbuild), use Node 22.18 or later, or write nodewren.config.js.`,
  );
}
