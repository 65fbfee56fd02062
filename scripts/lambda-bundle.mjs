// The worker for AWS Lambda as files that need nothing but Node.js: what `nodewren deploy` zips.
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

/** The watchdog's thread starts with next to nothing, and takes the stores from the worker's file if it ever needs one. */
const storesFromIndex = {
  name: "stores-from-index",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/stores\/open\.js$/ }, () => ({ path: "./index.js", external: true })),
};

/** Of the AWS SDK, the worker has what it uses: these files stand for whole packages, but for the files themselves. */
const partsOfSdk = {
  name: "parts-of-sdk",
  setup: ({ onResolve, initialOptions }) => {
    const parts = {
      "@aws-sdk/credential-provider-node": `${initialOptions.absWorkingDir}runtime-layer/lambda/credentials.ts`,
      "@aws-sdk/client-s3": `${initialOptions.absWorkingDir}src/stores/s3/sdk.ts`,
    };
    onResolve({ filter: /^@aws-sdk\/(credential-provider-node|client-s3)$/ }, ({ path, importer }) =>
      importer === parts[path] ? undefined : { path: parts[path] },
    );
  },
};

/** Needs what the compiler made in dist/. Resolves with esbuild's metafile of the worker's file, which tells what takes the room. */
export async function bundleLambda(root, outdir) {
  const { metafile } = await bundle(root, "runtime-layer/lambda/handler.ts", `${outdir}/index.js`, [partsOfSdk]);
  await bundle(root, "runtime-layer/lambda/watchdog.ts", `${outdir}/watchdog.js`, [storesFromIndex]);
  const worker = `${root}${outdir}/index.js`;
  writeFileSync(`${worker}.br`, brotliCompressSync(readFileSync(worker)));
  // This package is one of ES modules; these files are not.
  writeFileSync(`${root}${outdir}/package.json`, '{"type":"commonjs"}\n');
  return metafile;
}

async function bundle(root, entry, outfile, plugins = []) {
  const { LAMBDA_BUNDLE } = await import("../dist/src/deploy/bundle-options.js");
  const more = { absWorkingDir: root, entryPoints: [entry], outfile, plugins, metafile: true, logLevel: "warning" };
  return build({ ...LAMBDA_BUNDLE, ...more });
}
