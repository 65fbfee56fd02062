/** Small projects with packages, and what a worker gets of them once they are bundled and gone from the disk. */
import { mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundlePackages, type PackagesBundle } from "../../src/bundle/bundle.js";
import { PackagesCache } from "../../src/worker/package-cache.js";
import { PackagesFolder } from "../../src/worker/packages-folder.js";
import { newFolder } from "./folders.js";

export type Files = Record<string, string | Uint8Array>;

/** Writes the files into a new folder, or the given one; `name: { … }` under `node_modules/` may be left without a manifest. */
export function newProject(files: Files, folder = realpathSync(newFolder())): string {
  for (const [name, text] of Object.entries({ "package.json": "{}", ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** The files of one package: a manifest, and `index.js`. */
export function packageFiles(name: string, code: string, manifest: object = {}): Files {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: "1.0.0", ...manifest }),
    [`node_modules/${name}/index.js`]: code,
  };
}

export type Use = [via: "import" | "require", specifier: string, optional?: "optional"];

export interface Bundled {
  bundle: PackagesBundle;
  /** What a worker gets for the use. */
  load: (via: "import" | "require", specifier: string) => unknown;
}

export function wantedOf(folder: string, uses: readonly Use[], importer = "main.mjs") {
  const url = pathToFileURL(join(folder, importer)).href;
  return uses.map(([via, specifier, optional]) => ({
    specifier,
    importer: url,
    via,
    optional: optional === "optional",
  }));
}

/** Bundles what the project's main file uses, removes the project, and loads the bundle as a worker does. */
export async function bundleAndLeave(folder: string, uses: readonly Use[]): Promise<Bundled> {
  const wanted = wantedOf(folder, uses);
  const bundle = await bundlePackages(wanted);
  rmSync(folder, { recursive: true });
  const { importPackage } = await new PackagesCache(new PackagesFolder(join(newFolder(), "packages"))).importerOf(
    bundle.root,
    bundle.digest,
    async () => bundle.bytes,
  );
  const importer = wanted[0]?.importer as string;
  return { bundle, load: (via, specifier) => importPackage({ specifier, importer, via }) };
}
