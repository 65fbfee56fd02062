// Builds dist/ from an empty folder, so that no file of an earlier layout survives into the package.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleLambda, bundleLambdaHost } from "./lambda-bundle.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
rmSync(`${root}dist/`, { recursive: true, force: true });

const { status } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);

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

/** Replaces what the compiler made of these files by bundles of all that they import; packages stay outside. */
async function bundle(folder, names) {
  await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => `${folder}/${name}.ts`),
    outdir: `dist/${folder}`,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
    plugins: [filesOfTheirOwn(folder)],
  });
  // The compiler's maps are of the files that were just replaced.
  for (const name of names) rmSync(`${root}dist/${folder}/${name}.js.map`);
}

// One file each: it takes Node longer to find and open some hundred modules than to compile them.
await bundle("runtime-layer/local", ["process", "replay", "watchdog"]);
await bundle("src", ["index"]);
await bundle("src/capture/packages", ["fresh-process"]);
await bundle("src/cli", ["main"]);
await bundleLambda(root, "dist/runtime-layer/lambda");
await bundleLambdaHost(root, "dist/runtime-layer/lambda-host", version);
