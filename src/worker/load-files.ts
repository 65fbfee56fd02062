/** Loads packages that travel as files, from where they were unpacked, and as code in their importers' places would. */
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { importFrom } from "../capture/rebuild/packages.js";
import type { FilesEntry, PackageFiles } from "../wire/package-files.js";
import { type Entries, workerFile } from "./run-bundle.js";

/** What loads each of the entries from the folder that all were unpacked into. */
export function entriesIn(folder: string, { entries, onWorker }: PackageFiles): Entries {
  for (const name of onWorker) linkInstalled(name, folder);
  const loads = Object.entries(entries).map(([key, entry]) => [key, () => load(entry, folder)] as const);
  return Object.fromEntries(loads);
}

function load({ specifier, path: name, via }: FilesEntry, folder: string): unknown {
  const file = path.join(folder, name);
  if (via === "require") return createRequire(file)(specifier ?? file);
  const url = pathToFileURL(file).href;
  return specifier === undefined ? import(url) : importFrom(url)(specifier);
}

/** A package of the worker's own, such as of a layer: ES modules look for it in the folders above them alone. */
function linkInstalled(name: string, folder: string): void {
  const place = path.join(folder, "node_modules", name);
  const paths = createRequire(workerFile).resolve.paths(name) ?? [];
  const found = paths.map((from) => path.join(from, name)).find((candidate) => existsSync(candidate));
  if (found === undefined || existsSync(place)) return;
  mkdirSync(path.dirname(place), { recursive: true });
  symlinkSync(found, place, "junction");
}
