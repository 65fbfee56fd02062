/** Bundles packages for workers that have none, and keeps what was bundled for the next job. */
import { statSync } from "node:fs";
import path from "node:path";
import { digestOf } from "../wire/digest.js";
import { encodeBundle } from "../wire/packages.js";
import { entriesOf, rootOf, type WantedPackage } from "./entries.js";
import { packageNameOf } from "./refusals.js";
import { runEsbuild } from "./run.js";

export interface PackagesBundle {
  /** Undefined when nothing is in it. */
  digest: string | undefined;
  bytes: Uint8Array;
  /** Folder that the bundle's names leave out; see `packageKey`. */
  root: string;
}

interface Kept {
  bundle: Promise<PackagesBundle>;
  /** Whether the files that went into it are as they were. */
  isCurrent: () => boolean;
}

/** Bundles that are kept, each some kilobytes to some megabytes. */
const MAX_KEPT = 16;

const kept = new Map<string, Kept>();

/**
 * Those of the packages that are not `onWorker` already, as one file. The same packages give the same bytes, wherever
 * the project lies. Rejects with `CaptureError` when a package cannot be bundled, and with `InvokeError` when esbuild is
 * not installed.
 */
export function bundlePackages(
  packages: readonly WantedPackage[],
  onWorker: readonly string[] = [],
): Promise<PackagesBundle> {
  const wanted = packages.filter(({ specifier }) => !onWorker.includes(packageNameOf(specifier) ?? ""));
  const root = rootOf(wanted);
  const entries = entriesOf(wanted, root);
  if (entries.length === 0) return Promise.resolve({ digest: undefined, bytes: new Uint8Array(), root });
  const key = JSON.stringify([entries, onWorker, root, process.cwd()]);
  const known = kept.get(key);
  if (known?.isCurrent()) return known.bundle;
  return keep(key, async (onFiles) => {
    const { format, code, files, openingBeside } = await runEsbuild(entries, onWorker);
    warnOf(openingBeside);
    onFiles(files);
    const bytes = encodeBundle(format, code);
    return { digest: digestOf(bytes), bytes, root };
  });
}

function keep(key: string, make: (onFiles: (files: string[]) => void) => Promise<PackagesBundle>) {
  let isCurrent = () => true;
  const bundle = make((files) => {
    isCurrent = watchOf(files);
  });
  kept.delete(key);
  kept.set(key, { bundle, isCurrent: () => isCurrent() });
  bundle.catch(() => kept.delete(key));
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value as string);
  return bundle;
}

/** Looks whether a file has changed since now, or a manifest beside or above one, within its package. */
function watchOf(files: readonly string[]): () => boolean {
  const folders = new Set(files.map((file) => path.dirname(file)));
  for (const folder of folders) if (packageNameOf(path.dirname(folder))) folders.add(path.dirname(folder));
  const watched = [...files, ...Array.from(folders, (folder) => path.join(folder, "package.json"))];
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

/** Packages that were warned of: each once. */
const warned = new Set<string>();

function warnOf(files: readonly string[]): void {
  for (const name of new Set(files.map((file) => packageNameOf(file) ?? file))) {
    if (warned.has(name)) continue;
    warned.add(name);
    process.emitWarning(
      `The package ${name} seems to open files beside its code (${files.find((file) => (packageNameOf(file) ?? file) === name)}), and these do not travel with it. If calls miss them, put the package into a layer of the worker and name it in the option packagesOnWorker.`,
      "NodewrenWarning",
    );
  }
}
