import { existsSync, readFileSync, realpathSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ownRequire } from "../../util/own-file.js";
import { isLoaded } from "../inspect/scripts.js";
import type { PackageEntry } from "../payload/payload.js";
import { exportsOf, stepsTo } from "./exported.js";
import { mainFilesOf } from "./main-modules.js";
import { thisCapture } from "./this-capture.js";

/** How a worker finds an object of a package: what to load, and the steps from there. */
export interface PackagePath extends PackageEntry {
  path: string[];
}

const IN_PACKAGE = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/](?!(?:.*[\\/])?node_modules[\\/])/;

/** Name of the package that a file or URL belongs to; undefined for the user's own code. */
export function packageOfFile(url: string): string | undefined {
  return IN_PACKAGE.exec(url)?.[1]?.replace("\\", "/");
}

export function builtinName(specifier: string): string | undefined {
  if (specifier.startsWith("node:")) return specifier;
  return builtinModules.includes(specifier) ? `node:${specifier}` : undefined;
}

/** Path of the file that an importer is, or would be. */
export function fileOf(importer: string): string {
  if (importer.startsWith("file:")) return fileURLToPath(importer);
  return path.isAbsolute(importer) ? importer : path.join(process.cwd(), "noname.js");
}

/** Importer to write down for a script: its own URL, or a name in the working directory for code without a file. */
export function importerOf(url: string): string {
  return /^file:/.test(url) || path.isAbsolute(url) ? url : pathToFileURL(path.join(process.cwd(), "noname.js")).href;
}

const installed = new Map<string, Whose | undefined>();

/** Whose the module is that a bare specifier leads to: a package's, or else the user's own. */
interface Whose {
  package: string | undefined;
  folder: string;
}

/** The installed package that a bare specifier leads to, and not to a workspace of the user's own linked there. */
export function installedPackage(specifier: string, importer: string): string | undefined {
  return whoseIs(specifier, importer)?.package;
}

/** Folder of that package. */
export function installedFolder(specifier: string, importer: string): string | undefined {
  const found = whoseIs(specifier, importer);
  return found?.package === undefined ? undefined : found.folder;
}

/** Whether a bare specifier leads to the user's own code: a linked workspace, or the package that the importer is in. */
export function isOwnPackage(specifier: string, importer: string): boolean {
  const found = whoseIs(specifier, importer);
  return found !== undefined && found.package === undefined;
}

function whoseIs(specifier: string, importer: string): Whose | undefined {
  const name = /^(@[^/]+\/)?[^./#][^/]*/.exec(specifier)?.[0];
  if (!name || builtinName(specifier) || /^[a-z]+:/.test(specifier)) return undefined;
  const start = path.dirname(fileOf(importer));
  const key = `${start}\0${name}`;
  if (!installed.has(key)) installed.set(key, lookUp(name, start));
  return installed.get(key);
}

function lookUp(name: string, start: string): Whose | undefined {
  const own = nearestManifest(start);
  if (own?.name === name && own.exports !== undefined)
    return { package: packageOfFile(own.file), folder: path.dirname(own.file) };
  for (const folder of foldersFrom(start)) {
    const candidate = path.join(folder, "node_modules", name);
    if (!existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    return { package: packageOfFile(`${real}${path.sep}`), folder: real };
  }
  return undefined;
}

function nearestManifest(start: string): { file: string; name: unknown; exports: unknown } | undefined {
  const file = foldersFrom(start)
    .map((folder) => path.join(folder, "package.json"))
    .find((one) => existsSync(one));
  try {
    return file === undefined ? undefined : { file, ...JSON.parse(readFileSync(file, "utf8")) };
  } catch {
    return undefined;
  }
}

/** The folder and those around it, nearest first. */
function foldersFrom(start: string): string[] {
  const outer = path.dirname(start);
  return outer === start ? [start] : [start, ...foldersFrom(outer)];
}

/**
 * The export of a package that `value` is, for a value whose code is in `file`. Searches what is loaded already and
 * loads nothing: the modules of `require`, then the module that the file itself is.
 */
export function packagePathOf(
  value: object,
  url: string,
  isModule: boolean,
  importer: string,
): PackagePath | undefined {
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  if (isModule) return inModule(value, file, url);
  return inRequired(value, file, importer);
}

/** The package's main modules come first, if the program has loaded them: they may set up what others define. */
function inModule(value: object, file: string, url: string): PackagePath | undefined {
  if (url.includes("?")) return undefined;
  for (const candidate of [...loadedMainsOf(file, url), file]) {
    const steps = stepsTo(value, exportsOf(candidate));
    if (steps) return { specifier: pathToFileURL(candidate).href, importer: url, via: "import", path: steps };
  }
  return undefined;
}

/**
 * The main modules of the package that a file is of, as far as the program has loaded them: `import` may lead to another one
 * than `require()` does.
 */
export function loadedMainsOf(file: string, url: string): readonly string[] {
  const name = packageOfFile(file);
  if (name === undefined) return [];
  const folder = folderIn(file, name);
  const { loadedMains } = thisCapture();
  const found = loadedMains.get(folder) ?? mainsIn(folder, mainOf(name, url));
  loadedMains.set(folder, found);
  return found;
}

function mainsIn(folder: string, required: string | undefined): string[] {
  const named = mainFilesOf(folder);
  const all = new Set(required === undefined ? named : [required, ...named]);
  return [...all].filter((one) => isLoaded(pathToFileURL(one).href));
}

/** Folder of the package of that name which a file is in. */
function folderIn(file: string, name: string): string {
  const tail = path.join("node_modules", name);
  return file.slice(0, file.lastIndexOf(tail + path.sep) + tail.length);
}

function inRequired(value: object, file: string, importer: string): PackagePath | undefined {
  const name = packageOfFile(file);
  const folder = folderIn(file, name ?? "");
  const direct = [mainOf(name ?? "", importer), ...requiredIn(folder)].filter(
    (one): one is string => one !== undefined,
  );
  for (const candidate of direct) {
    const steps = stepsTo(value, cache[candidate]?.exports);
    if (steps) return { ...specifierFor(candidate, name ?? "", importer), via: "require", path: steps };
  }
  return undefined;
}

const { cache } = ownRequire;

function requiredIn(folder: string): readonly string[] {
  const { requiredIn: known } = thisCapture();
  const files = known.get(folder) ?? Object.keys(cache).filter((one) => one.startsWith(folder + path.sep));
  known.set(folder, files);
  return files;
}

function mainOf(name: string, importer: string): string | undefined {
  const from = path.dirname(fileOf(importer));
  const key = `${from}\0${name}`;
  const { mains } = thisCapture();
  if (!mains.has(key)) mains.set(key, resolveMain(name, from));
  return mains.get(key);
}

function resolveMain(name: string, from: string): string | undefined {
  try {
    return createRequire(path.join(from, "anything.js")).resolve(name);
  } catch {
    return undefined;
  }
}

/** The package's name where it leads to the file, else the file. */
export function specifierFor(file: string, name: string, importer: string): { specifier: string; importer: string } {
  return { specifier: mainOf(name, importer) === file ? name : file, importer };
}
