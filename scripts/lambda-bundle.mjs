// The worker for AWS Lambda as files that need nothing but Node.js: what `nodewren deploy` zips.
import { writeFileSync } from "node:fs";
import { build } from "esbuild";

/** CommonJS has no import.meta. */
const FILE_URL = "importMetaUrl";
const FILE_URL_BANNER = `const ${FILE_URL}=require("node:url").pathToFileURL(__filename).href;`;

/** The watchdog's thread starts with next to nothing, and takes the stores from the worker's file if it ever needs one. */
const storesFromIndex = {
  name: "stores-from-index",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/stores\/open\.js$/ }, () => ({ path: "./index.js", external: true })),
};

/**
 * CommonJS, because Lambda's Node.js 22 loads no ES module by require(), and because it starts faster. Resolves with
 * esbuild's metafile of the worker's file, which tells what takes the room.
 */
export async function bundleLambda(root, outdir) {
  const { metafile } = await bundle(root, "runtime-layer/lambda/handler.ts", `${outdir}/index.js`);
  await bundle(root, "runtime-layer/lambda/watchdog.ts", `${outdir}/watchdog.js`, [storesFromIndex]);
  // This package is one of ES modules; these files are not.
  writeFileSync(`${root}${outdir}/package.json`, '{"type":"commonjs"}\n');
  return metafile;
}

function bundle(root, entry, outfile, plugins = []) {
  return build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    // Users read the names of errors.
    keepNames: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    // Packages' ES modules first: of these, what is not used is left out.
    mainFields: ["module", "main"],
    legalComments: "none",
    define: { "import.meta.url": FILE_URL },
    banner: { js: FILE_URL_BANNER },
    metafile: true,
    logLevel: "warning",
    plugins,
  });
}
