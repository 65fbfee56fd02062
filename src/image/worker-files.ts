/** The worker and a server of shards as files that need nothing but Node.js, bundled where the user is: they hold the AWS SDK. */
import { dirname, join } from "node:path";
import { lambdaFiles } from "../deploy/built-worker.js";
import { LAMBDA_BUNDLE } from "../deploy/bundle-options.js";
import { loadEsbuild } from "../deploy/load-esbuild.js";
import { DeployError } from "../errors.js";
import { ownRequire } from "../util/own-file.js";
import { PLATFORMS, type PlatformName } from "./platforms.js";

/** Oldest release of Node.js on which they run, as in the package's "engines". */
const TARGET = "node20.19";

/** Base of containers: the release of Node.js that is supported for longest, and small. */
export const DEFAULT_BASE = "docker.io/library/node:24-slim";

/** AWS's own, which is where Lambda's runtimes come from. */
const LAMBDA_BASE = "public.ecr.aws/lambda/nodejs:24";

/** Files by name. Rejects with `DeployError` where esbuild or the AWS SDK for S3 is not installed. */
export async function workerFiles(platform: PlatformName, given?: string): Promise<Map<string, Uint8Array>> {
  const base = given ?? (platform === "lambda" ? LAMBDA_BASE : DEFAULT_BASE);
  const folder = join(dirname(ownRequire.resolve("nodewren/package.json")), "dist/runtime-layer");
  const entries = [
    { out: "index", in: join(folder, platform, "entry.js") },
    { out: "process", in: join(folder, "local/process.js") },
    { out: "watchdog", in: join(folder, "local/watchdog.js") },
  ];
  const files = new Map<string, Uint8Array>(platform === "lambda" ? await lambdaFiles() : []);
  for (const [name, text] of Object.entries(PLATFORMS[platform].files(base))) files.set(name, Buffer.from(text));
  // Its worker is built already, for any function.
  if (platform === "lambda") return files;
  for (const entry of entries) files.set(`${entry.out}.js`, await bundled(entry, folder));
  return files;
}

async function bundled(entry: { in: string; out: string }, absWorkingDir: string): Promise<Uint8Array> {
  const { build } = await loadEsbuild("An image holds the worker as a few files");
  try {
    const { outputFiles } = await build({
      ...LAMBDA_BUNDLE,
      absWorkingDir,
      entryPoints: [entry],
      outdir: "out",
      target: TARGET,
      write: false,
      logLevel: "silent",
    });
    return (outputFiles[0] as { contents: Uint8Array }).contents;
  } catch (cause) {
    throw new DeployError(
      `The worker could not be bundled: ${(cause as Error).message} Packages for its store must be installed: npm install @aws-sdk/client-s3`,
      { cause },
    );
  }
}
