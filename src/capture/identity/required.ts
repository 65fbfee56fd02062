import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { ownRequire } from "../../util/own-file.js";
import { liveScripts, sourceOf } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { ownProperty, tryProperty } from "../own-property.js";
import { exportsOf, isOfEveryone } from "./exported.js";
import { fileOf, importerOf, type PackagePath, packageOfFile, specifierFor } from "./packages.js";
import { thisCapture } from "./this-capture.js";

interface Place {
  file: string;
  path: string[];
  isModule: boolean;
}

/** Exports of packages that are loaded: the exports themselves, and their members. */
const exported = new WeakMap<WeakKey, Place>();
/** The files, or URLs of ES modules, whose exports are in it: a module that is loaded stays what it is. */
const seen = new Set<string>();
const { cache } = ownRequire;

export function requiredPathOf(
  value: object | symbol,
  importer: string,
  isByValue: (file: string) => boolean,
): PackagePath | undefined {
  if (typeof value === "object" && !mayBeExport(value)) return undefined;
  const lookups = thisCapture();
  if (!lookups.hasRequired) addNewModules();
  lookups.hasRequired = true;
  if (typeof value === "symbol" && !exported.has(value)) addImportedModules();
  const found = exported.get(value);
  if (!found || isByValue(found.file)) return undefined;
  if (found.isModule) return ofModule(found.file, found.path);
  const name = packageOfFile(found.file) ?? "";
  return { ...specifierFor(found.file, name, importerOf(importer)), via: "require", path: found.path };
}

/** An ES module that was required is imported on a worker, as others may import it there: while it loads, it cannot be required. */
function ofModule(file: string, path: string[]): PackagePath {
  const { href } = pathToFileURL(file);
  return { specifier: href, importer: href, via: "import", path };
}

function mayBeExport(value: object): boolean {
  return !Array.isArray(value) && !types.isTypedArray(value) && !types.isModuleNamespaceObject(value);
}

function addNewModules(): void {
  for (const file of Object.keys(cache)) {
    const loaded = cache[file];
    if (seen.has(file) || !loaded?.loaded) continue;
    seen.add(file);
    if (packageOfFile(file)) add(file, loaded.exports);
  }
}

/**
 * Of what `import` has loaded, objects are known by their code, or by the name under which they were imported; a symbol has
 * no code, and test runners give imports no names. Listing the modules turns the debugger on.
 */
function addImportedModules(): void {
  for (const { url, isModule, isOfMain } of liveScripts()) {
    if (!isModule || !isOfMain || seen.has(url) || url.includes("?") || packageOfFile(url) === undefined) continue;
    const file = fileOf(url);
    const namespace = exportsOf(file);
    if (namespace === undefined) continue;
    seen.add(url);
    add(file, namespace);
  }
}

/**
 * The package that a symbol may be from, by its text, where a module of it runs in a context of its own, as in Vitest's
 * vmThreads: what such a module exports cannot be asked for.
 */
export function packageThatMayMake({ description = "" }: symbol): string | undefined {
  const others = liveScripts().filter(({ isModule, isOfMain, url }) => isModule && !isOfMain && packageOfFile(url));
  const found = others.find(({ scriptId }) => mayMake(sourceOf(scriptId), description));
  return found && packageOfFile(found.url);
}

/** A call of `Symbol()`, and the text between its quotes: descriptions that are put together tell nothing. */
const MADE = /\bSymbol\s*\(\s*(["'`])((?:(?!\1)[^\\$])+)\1\s*\)/g;

function mayMake(text: string, description: string): boolean {
  return [...text.matchAll(MADE)].some(([, , written]) => written === description);
}

/** Whole modules come before members, so that a value exported by several is known by the nearest to it. */
function add(file: string, root: unknown): void {
  if (!isObject(root) || types.isProxy(root) || isOfEveryone(root)) return;
  const isModule = types.isModuleNamespaceObject(root);
  note(root, { file, path: [], isModule });
  for (const key of Object.getOwnPropertyNames(root)) {
    const child = memberOf(root, key);
    if (isKey(child) && !key.startsWith("@@")) note(child, { file, path: [`.${key}`], isModule });
  }
  for (const [value, path] of prototypesOf(root)) note(value, { file, path, isModule });
}

function note(value: WeakKey, place: Place): void {
  if (!exported.has(value)) exported.set(value, place);
}

/** Prototypes of exported classes, of which not all have a matching `constructor`. */
function prototypesOf(root: object): [object, string[]][] {
  const members = Object.getOwnPropertyNames(root).map((key): [unknown, string[]] => [
    memberOf(root, key),
    [`.${key}`],
  ]);
  const candidates: [unknown, string[]][] = [[root, []], ...members];
  return candidates.flatMap(([fn, path]): [object, string[]][] => {
    const isClass = typeof fn === "function" && !types.isProxy(fn);
    const prototype = isClass ? ownProperty(fn, "prototype")?.value : undefined;
    return isObject(prototype) ? [[prototype, [...path, ".prototype"]]] : [];
  });
}

/** Compiled ES modules export through getters, which are safe to read; others are left alone. */
function memberOf(root: object, key: string): unknown {
  const descriptor = ownProperty(root, key);
  if (!descriptor?.get) return descriptor?.value;
  return Object.hasOwn(root, "__esModule") ? tryProperty(root, key) : undefined;
}

/** Whether an export has an identity; symbols of the registry are the same everywhere. */
function isKey(value: unknown): value is WeakKey {
  return isObject(value) || (typeof value === "symbol" && Symbol.keyFor(value) === undefined);
}
