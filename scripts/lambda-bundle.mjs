// The worker for AWS Lambda as files that need nothing but Node.js: what `nodewren deploy` zips.
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { build } from "esbuild";

/** The watchdog's thread starts with next to nothing, and takes the stores from the worker's file if it ever needs one. */
const storesFromIndex = {
  name: "stores-from-index",
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/stores\/open\.js$/ }, () => ({ path: "./index.js", external: true })),
};

/**
 * Of the shapes of S3's requests and answers, a few are used. The bundler leaves the others out once it knows that to make them has no effect; of their keys, which
 * are variables, it cannot. Where the SDK writes them in another form, all of them stay.
 */
const usedShapes = {
  name: "used-shapes",
  setup: ({ onLoad }) =>
    onLoad({ filter: /client-s3\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(SHAPE, "$1/* @__PURE__ */(() => $2)();"),
    })),
};

/** A statement like `export var PutObjectRequest$ = [ … ];`, the lines between indented, and the last bracket on a line of its own. */
const SHAPE = /^(export var \w+\$ = )(\[.*[^;]\n(?: .*\n)+\]);$/gm;

/** The SDK's own chain of credentials, in short. */
const ownCredentials = (root) => ({
  name: "own-credentials",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: `${root}runtime-layer/lambda/credentials.ts`,
    })),
});

/**
 * What the worker uses of the AWS SDK, bundled by itself: the store loads its client when it is first needed, and of what is loaded so the bundler would
 * leave nothing out.
 */
async function sdkOf(root) {
  const { outputFiles, metafile } = await bundle(root, "src/stores/s3/sdk.ts", "sdk.js", {
    format: "esm",
    // What stands for import.meta in a file of CommonJS comes with the worker's.
    banner: {},
    define: {},
    plugins: [ownCredentials(root), usedShapes],
    write: false,
  });
  return { code: outputFiles[0].text, metafile };
}

const withSdk = (contents) => ({
  name: "with-sdk",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@aws-sdk\/client-s3$/ }, () => ({ path: "client-s3", namespace: "sdk" }));
    onLoad({ filter: /.*/, namespace: "sdk" }, () => ({ contents, loader: "js" }));
  },
});

/** Needs what the compiler made in dist/. Resolves with esbuild's metafiles of the worker's file and of its part of the SDK, which tell what takes the room. */
export async function bundleLambda(root, outdir) {
  const sdk = await sdkOf(root);
  const { metafile } = await bundle(root, "runtime-layer/lambda/handler.ts", `${outdir}/index.js`, {
    plugins: [withSdk(sdk.code)],
  });
  await bundle(root, "runtime-layer/lambda/watchdog.ts", `${outdir}/watchdog.js`, { plugins: [storesFromIndex] });
  const worker = `${root}${outdir}/index.js`;
  writeFileSync(`${worker}.br`, await promisify(brotliCompress)(readFileSync(worker)));
  // This package is one of ES modules; these files are not.
  writeFileSync(`${root}${outdir}/package.json`, '{"type":"commonjs"}\n');
  return [metafile, sdk.metafile];
}

async function bundle(root, entry, outfile, options) {
  const { LAMBDA_BUNDLE } = await import("../dist/src/deploy/bundle-options.js");
  const more = { absWorkingDir: root, entryPoints: [entry], outfile, metafile: true, logLevel: "warning" };
  return build({ ...LAMBDA_BUNDLE, ...more, ...options });
}
