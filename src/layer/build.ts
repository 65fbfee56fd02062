/** Builds a layer: packages as npm installs them on the worker's system, as a zip file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { lookUp, manifestOf } from "../bundle/installed.js";
import { zipOf } from "../deploy/layer.js";
import { DeployError } from "../errors.js";
import { type System, systemText } from "../wire/system.js";
import { layerFiles, withoutAddon } from "./installed-packages.js";
import { installFor, runScripts, runsNoScripts } from "./npm.js";

export interface BuiltLayer {
  zip: Uint8Array;
  /** Names of the packages that were asked for. */
  names: string[];
  /** What it takes on the worker, bytes. */
  unzippedBytes: number;
}

/** Of a layer that is sent as it is, and of all layers with the function, unzipped, bytes ("Lambda quotas"). */
const MAX_ZIP_BYTES = 50 * 1024 * 1024;
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;

/**
 * @param specs names of packages, in the version that is installed here; or with a version, as npm takes it
 * @throws DeployError when npm fails, an addon cannot be built for that system, or the layer is too large for Lambda
 */
export async function buildLayer(specs: readonly string[], system: System): Promise<BuiltLayer> {
  const folder = mkdtempSync(path.join(tmpdir(), "nodewren-layer-"));
  try {
    await installFor(folder, specs.map(withVersion), system);
    await completeAddons(folder, system);
    const files = layerFiles(folder);
    const unzippedBytes = [...files.values()].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    const zip = zipOf(files);
    checkSize(zip.byteLength, unzippedBytes, specs);
    return { zip, names: specs.map(nameOf), unzippedBytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The name of `"sharp@0.35.5"`, or of `"@scope/name"`. */
export function nameOf(spec: string): string {
  return spec.replace(/(?<=.)@.*$/s, "");
}

/** The version that is installed here, so that the worker runs what was tried here. */
function withVersion(spec: string): string {
  const found = nameOf(spec) === spec ? lookUp(spec, process.cwd()) : undefined;
  const { version } = found ? manifestOf(found.folder) : {};
  return version === undefined ? spec : `${spec}@${version}`;
}

/** Most addons come as packages of their own for each system; others are built or fetched by a script. */
async function completeAddons(folder: string, system: System): Promise<void> {
  const lacking = withoutAddon(folder, system);
  if (lacking.length === 0) return;
  const failure = await runScripts(folder, lacking, system).catch((error: Error) => error);
  const still = withoutAddon(folder, system);
  if (still.length === 0) return;
  if (await runsNoScripts(folder))
    throw new DeployError(
      `The addon of ${still.join(", ")} is built or fetched by a script of its package, and npm's setting ignore-scripts keeps it from running. For this once: npm_config_ignore_scripts=false npx nodewren layer ${still.join(" ")}`,
    );
  throw new DeployError(
    `The addon of ${still.join(", ")} cannot be built here for the worker (${systemText(system)}): its package has none ready for that system, and to compile one takes such a system. Run this command there, such as in the container image public.ecr.aws/lambda/nodejs, or use a package that comes built.${failure ? `\n${failure.message}` : ""}`,
    { cause: failure },
  );
}

function checkSize(zipBytes: number, unzippedBytes: number, specs: readonly string[]): void {
  const isLarge = zipBytes > MAX_ZIP_BYTES || unzippedBytes > MAX_UNZIPPED_BYTES;
  if (!isLarge) return;
  const inMib = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  throw new DeployError(
    `The layer takes ${inMib(zipBytes)}, unzipped ${inMib(unzippedBytes)}; Lambda allows ${inMib(MAX_ZIP_BYTES)} and ${inMib(MAX_UNZIPPED_BYTES)}. ${specs.length > 1 ? "Make a layer of each package." : "Its packages must travel as files, or be made smaller."}`,
  );
}
