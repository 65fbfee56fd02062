/** Packages as files: all that they need, laid out as it is here, so that Node finds everything where it does here. */
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { FilesEntry, PackageFile, PackageFiles, PackageLink } from "../wire/package-files.js";
import { isAbsolute } from "../wire/packages.js";
import type { System } from "../wire/system.js";
import { type Entry, folderOf, targetOf } from "./entries.js";
import { fitTo, type Parcel } from "./fit.js";
import { type Gathered, gather } from "./gather.js";
import { notBuilt, tooLarge } from "./refusals.js";
import type { Reached } from "./run.js";
import { select } from "./select.js";
import { filesBeside, opensBeside } from "./sources.js";

/** What is known of the workers that packages are for. What is undefined is not checked. */
export interface WorkerPlace {
  system?: System | undefined;
  /** Room for unpacked packages, bytes. */
  diskBytes?: number | undefined;
}

/** Where nothing else is known: what Lambda gives a worker unless more is asked for. */
const DEFAULT_DISK_BYTES = 512 * 1024 * 1024;

/** Files that are read at once; each takes a descriptor. */
const READS_AT_ONCE = 64;

export interface PackedFiles {
  files: PackageFiles;
  /** All that it was made of, by absolute paths. */
  watched: string[];
  /** The packages with what they take, bytes, the largest first. */
  sizes: [name: string, bytes: number][];
  /** The user's own modules that seem to open files beside themselves. */
  opening: string[];
}

/** Throws `CaptureError` when a package cannot run on the worker, or all of them are too large for its disk. */
export async function packFiles(
  entries: readonly Entry[],
  reached: Reached,
  onWorker: readonly string[],
  { system, diskBytes = DEFAULT_DISK_BYTES }: WorkerPlace,
): Promise<PackedFiles> {
  const gathered = gather(entries, reached);
  const parcels = fitting(gathered, reached, system);
  const own = ownFiles(gathered, reached);
  const typed = own.find((file) => /\.([cm]?ts|tsx|jsx)$/.test(file));
  if (typed !== undefined)
    throw notBuilt(typed, [...new Set(parcels.map(({ one }) => one.manifest.name ?? one.folder))]);
  const links = linksBetween(gathered, parcels);
  const sizes = sizesOf(parcels);
  const files = [...parcels.flatMap((parcel) => parcel.files), ...own].sort();
  const bytes = sizes.reduce((sum, [, size]) => sum + size, 0);
  if (bytes > diskBytes) throw tooLarge(entries, bytes, diskBytes, sizes);
  const base = commonFolder([
    ...files,
    ...links.flat(),
    ...entries.map((entry) => path.join(folderOf(entry), "importer")),
  ]);
  const inside = (file: string) => path.relative(base, file).replaceAll("\\", "/");
  return {
    files: {
      files: await readAll(files, inside, new Set(own)),
      links: links.map(([place, target]): PackageLink => ({ path: inside(place), target: inside(target) })),
      entries: Object.fromEntries(entries.map((entry) => [entry.key, entryOf(entry, inside)])),
      onWorker,
    },
    watched: files,
    sizes,
    opening: own.filter((file) => opensBeside(reached.modules.get(file)?.source ?? "")),
  };
}

function fitting(gathered: Gathered, reached: Reached, system: System | undefined): (Parcel & { links: Links })[] {
  const parcels = Array.from(gathered.packages.values(), (one) => ({ one, ...select(one, gathered) }));
  if (!system) return parcels;
  const guarded = new Set([...reached.modules.values()].flatMap((module) => module.guarded));
  const links = new Map(parcels.map((parcel) => [parcel.one, parcel.links]));
  return fitTo(parcels, { system, guarded }).map((parcel) => ({ ...parcel, links: links.get(parcel.one) ?? [] }));
}

type Links = [place: string, target: string][];

/** What the user's own modules are: those that are reached, the manifests that say how Node reads them, and files that they name. */
function ownFiles({ packages, reached }: Gathered, { modules }: Reached): string[] {
  const folders = [...packages.keys()];
  const isOwn = (file: string) => !folders.some((folder) => file.startsWith(folder + path.sep));
  const own = [...reached].filter(isOwn);
  const beside = own.flatMap((file) =>
    filesBeside(modules.get(file)?.source ?? "").map((name) => path.resolve(path.dirname(file), decodeURI(name))),
  );
  const there = beside.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  return [...new Set([...own, ...there, ...own.flatMap((file) => manifestAbove(file) ?? [])])];
}

function manifestAbove(file: string): string | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (existsSync(manifest)) return manifest;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** Links to what travels, in a fixed order. */
function linksBetween({ links }: Gathered, parcels: readonly { one: Parcel["one"]; links: Links }[]): Links {
  const folders = new Set(parcels.map(({ one }) => one.folder));
  const between = [...links].filter(([, target]) => folders.has(target));
  return [...between, ...parcels.flatMap((parcel) => parcel.links)].sort(([a], [b]) => (a < b ? -1 : 1));
}

function sizesOf(parcels: readonly Parcel[]): [string, number][] {
  const sized = parcels.map(({ one, files }): [string, number] => [
    one.manifest.name ?? path.basename(one.folder),
    files.reduce((sum, file) => sum + statSync(file).size, 0),
  ]);
  return sized.sort(([, a], [, b]) => b - a);
}

function commonFolder(files: readonly string[]): string {
  const [first = [], ...others] = files.map((file) => path.dirname(file).split(path.sep));
  const differs = first.findIndex((name, at) => others.some((other) => other[at] !== name));
  return (differs < 0 ? first : first.slice(0, differs)).join(path.sep) || path.sep;
}

async function readAll(
  files: readonly string[],
  inside: (file: string) => string,
  own: ReadonlySet<string>,
): Promise<PackageFile[]> {
  const read: PackageFile[] = [];
  for (let at = 0; at < files.length; at += READS_AT_ONCE)
    read.push(
      ...(await Promise.all(
        files.slice(at, at + READS_AT_ONCE).map(async (file) => ({
          path: inside(file),
          bytes:
            own.has(file) && path.basename(file) === "package.json" ? await ownManifest(file) : await readFile(file),
          executable: (statSync(file).mode & 0o100) !== 0,
        })),
      )),
    );
  return read;
}

/** Of the user's own manifest, what Node reads: the rest is nobody's business there. */
async function ownManifest(file: string): Promise<Uint8Array> {
  const { name, type, main, exports, imports } = JSON.parse(await readFile(file, "utf8"));
  return Buffer.from(JSON.stringify({ name, type, main, exports, imports }));
}

function entryOf(entry: Entry, inside: (file: string) => string): FilesEntry {
  const { specifier, via } = entry;
  if (isAbsolute(specifier)) return { path: inside(targetOf(entry)), via };
  return { specifier, path: inside(path.join(folderOf(entry), importerName(entry))), via };
}

/** The name decides nothing: packages are looked up from the folder. */
function importerName({ importer }: Entry): string {
  if (!isAbsolute(importer)) return "importer.js";
  return path.basename(importer.startsWith("file:") ? fileURLToPath(importer) : importer);
}
