/** Packages for workers that have none, as code and as files, kept for the next job. */
import { statSync } from "node:fs";
import path from "node:path";
import { PromiseCache } from "../util/promise-cache.js";
import { digestOf } from "../wire/digest.js";
import { encodePackages } from "../wire/packages.js";
import { entriesOf, rootOf, type WantedPackage } from "./entries.js";
import { type PackageForm, type PackedPackages, pack } from "./pack.js";

import type { WorkerPlace } from "./pack-files.js";
import { mebibytes, packageNameOf } from "./refusals.js";

export type { PackageForm };

export interface PackagesBundle {
  /** Undefined when nothing is in it. */
  digest: string | undefined;
  bytes: Uint8Array;
  /** Folder that the names of its entries leave out; see `packageKey`. */
  root: string;
  /** How each package travels, by name. */
  forms: readonly PackageForm[];
}

interface Kept {
  bundle: PackagesBundle;
  /** Whether the files that went into it are as they were. */
  isCurrent: () => boolean;
}

/** Bundles that are kept, each some kilobytes; packages as files take some megabytes. */
const MAX_KEPT = 8;

/** Looking what packages need takes tenths of seconds, and what programs map in a loop uses the same ones. */
const kept = new PromiseCache<Kept>({ max: MAX_KEPT, isCurrent: ({ isCurrent }) => isCurrent() });

/**
 * Those of the packages that are not `onWorker` already, as one object: bundled where that changes nothing, as files where
 * they need a place of their own. The same packages give the same bytes, wherever the project lies. Rejects with
 * `CaptureError` when a package cannot travel, and with `InvokeError` when esbuild is not installed.
 */
export async function bundlePackages(
  packages: readonly WantedPackage[],
  onWorker: readonly string[] = [],
  worker: WorkerPlace = {},
): Promise<PackagesBundle> {
  const wanted = packages.filter(({ specifier }) => !onWorker.includes(packageNameOf(specifier) ?? ""));
  const root = rootOf(wanted);
  const entries = entriesOf(wanted, root);
  if (entries.length === 0) return { digest: undefined, bytes: new Uint8Array(), root, forms: [] };
  const key = JSON.stringify([entries, onWorker, root, process.cwd(), worker]);
  const { bundle } = await kept.get(key, async () => {
    const packed = await pack(entries, onWorker, worker);
    const isCurrent = watchOf(packed.watched);
    const bytes = await encodePackages(packed);
    warnOf(packed, bytes.byteLength);
    return { bundle: { digest: digestOf(bytes), bytes, root, forms: packed.forms }, isCurrent };
  });
  return bundle;
}

/** Looks whether a file has changed since now, a manifest beside or above one, or what there is in a package's folder. */
function watchOf(files: readonly string[]): () => boolean {
  const folders = new Set(files.map((file) => path.dirname(file)));
  for (const folder of folders) if (packageNameOf(path.dirname(folder))) folders.add(path.dirname(folder));
  const manifests = Array.from(folders, (folder) => path.join(folder, "package.json"));
  const watched = [...files, ...manifests, ...[...folders].filter((folder) => packageNameOf(folder) !== undefined)];
  const before = stampsOf(watched);
  return () => stampsOf(watched) === before;
}

function stampsOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? `${stat.mtimeMs}:${stat.size}` : "-";
    })
    .join();
}

/** Texts of warnings that were given: each once. */
const warned = new Set<string>();

/** Each new worker fetches them: above this it takes seconds, bytes. */
const LARGE_BYTES = 32 * 1024 * 1024;

const SIZES_SHOWN = 3;

function warnOf({ sizes, opening }: PackedPackages, bytes: number): void {
  if (bytes > LARGE_BYTES) {
    const largest = sizes.slice(0, SIZES_SHOWN).map(([name, size]) => `${name} ${mebibytes(size)}`);
    warnOnce(
      `Packages travel as files, ${mebibytes(bytes)} that each new worker fetches (unpacked: ${largest.join(", ")}). \`npx nodewren layer NAME\` puts one into a layer of the worker.`,
    );
  }
  for (const file of opening)
    warnOnce(
      `${file} seems to open files beside itself. Of those beside your own modules, only such travel as are named by new URL("./name", import.meta.url).`,
    );
}

function warnOnce(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  process.emitWarning(text, "NodewrenWarning");
}
