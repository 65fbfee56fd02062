/** This package as workers have it whose calls start jobs: with all that it needs, in one file. */
import { dirname } from "node:path";
import { ownRequire } from "../util/own-file.js";
import { LAMBDA_BUNDLE } from "./bundle-options.js";
import { loadEsbuild } from "./load-esbuild.js";
import { ownVersion } from "./own-version.js";

/** What it does not do there: packages are bundled where users are, and jobs that calls start get no keys of their own. */
const LEFT_OUT = ["esbuild", "@aws-sdk/client-sts"];

/**
 * Its files by name. It is made where it is deployed, since in the package it would take as much room as all the rest. Rejects with
 * `DeployError` where esbuild is not installed.
 */
export async function hostBundle(): Promise<Map<string, Uint8Array>> {
  const { build } = await loadEsbuild("The setting lambda.nestedMaps gives workers this package as well, as one file");
  const entry = ownRequire.resolve("nodewren");
  const { outputFiles } = await build({
    absWorkingDir: dirname(entry),
    entryPoints: [entry],
    outfile: "index.js",
    write: false,
    ...LAMBDA_BUNDLE,
    external: [...LAMBDA_BUNDLE.external, ...LEFT_OUT],
    logLevel: "error",
  });
  const manifest = { name: "nodewren", version: ownVersion(), type: "commonjs", main: "index.js" };
  return new Map([
    ["index.js", (outputFiles[0] as { contents: Uint8Array }).contents],
    ["package.json", Buffer.from(`${JSON.stringify(manifest)}\n`)],
  ]);
}
