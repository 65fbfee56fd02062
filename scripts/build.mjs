// Builds dist/ from an empty folder, so that no file of an earlier layout survives into the package.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleLibrary } from "./bundle-library.mjs";
import { bundlePage } from "./bundle-page.mjs";
import { bundleTypes } from "./bundle-types.mjs";
import { COMPACT, withShortLocals } from "./compact.mjs";
import { bundleLambda } from "./lambda-bundle.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
rmSync(`${root}dist/`, { recursive: true, force: true });
mkdirSync(`${root}dist/`);

/** Ends the build when the sources have errors. */
async function compile() {
  const compiler = ["node_modules/typescript-7/bin/tsc", "-p", "tsconfig.build.json"];
  const [status] = await once(spawn(process.execPath, compiler, { cwd: root, stdio: "inherit" }), "exit");
  if (status !== 0) process.exit(status ?? 1);
}

// The page is made of sources alone.
const page = bundlePage(root, `${root}dist/report-page.html.br`);
await compile();

/** What is captured is parsed, file by file. */
const filesOfTheirOwn = (folder) => ({
  name: "files of their own",
  setup(build) {
    build.onResolve({ filter: /\/on-worker\// }, ({ path, resolveDir }) => {
      const fromOutput = relative(`${root}${folder}`, join(resolveDir, path)).replaceAll("\\", "/");
      return { path: fromOutput.startsWith(".") ? fromOutput : `./${fromOutput}`, external: true };
    });
  },
});

/**
 * Replaces what the compiler made of these entries by bundles of all that they import; packages stay outside. What several of them
 * need is in a file beside the first one, where the compiler's output of the same folder would be.
 */
async function bundle(...entries) {
  const folder = dirname(entries[0]);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => `${entry}.ts`),
    outdir: "dist",
    outbase: ".",
    bundle: true,
    splitting: true,
    ...COMPACT,
    chunkNames: `${folder}/shared-[hash]`,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
    plugins: [filesOfTheirOwn(folder)],
    write: false,
  });
  for (const { path, text } of outputFiles) writeFileSync(path, await withShortLocals(text));
}

// One file each, or two: it takes Node longer to find and open some hundred modules than to compile them. The package's
// "files" name these, and nothing else of dist/: the other modules are there for tests.
const watchdog = bundle("runtime-layer/local/watchdog");
const library = bundleLibrary(`${root}dist`, {
  main: "src/index",
  light: "src/capture/packages/fresh-process",
  // The entries of platforms are bundled with it where a user makes an image.
  server: "src/serve/main",
  worker: "runtime-layer/local/process",
  others: ["src/cli/main", "runtime-layer/local/replay"],
});
// What a command line holds is one line, and for any Node that may be there. No stack that a user sees names a function of either.
const onHosts = { absWorkingDir: root, bundle: true, minify: true, platform: "node", logLevel: "warning" };
const agent = build({
  ...onHosts,
  entryPoints: ["runtime-layer/command/agent.ts"],
  outfile: "dist/runtime-layer/command/agent.js",
  format: "esm",
  target: "node20.19",
});
const boot = build({
  ...onHosts,
  entryPoints: ["runtime-layer/command/boot.ts"],
  outfile: "dist/runtime-layer/command/boot.js",
  format: "iife",
  target: "es2015",
  supported: { "dynamic-import": true, "template-literal": false },
});
const lambda = bundleLambda(root, "dist/runtime-layer/lambda");
const types = bundleTypes(`${root}dist/src/index.d.ts`);
await Promise.all([page, watchdog, library, agent, boot, lambda, types]);
// The library alone loads this entry, and knows its types from the sources.
writeFileSync(`${root}dist/runtime-layer/local/replay.d.ts`, "export {};\n");
