import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { types } from "node:util";
import type { HostNode } from "../graph/node.js";
import { exportsOf } from "../identity/exported.js";
import { loadedMainsOf, type PackagePath, packageOfFile, specifierFor } from "../identity/packages.js";
import { lookAtPrivates } from "../inspect/privates.js";
import { isLoadedAsModule } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { ownProperty, tryProperty } from "../own-property.js";
import { contentOf } from "./content-of.js";
import { freshCopy } from "./fresh-copy.js";

/** Members of members of the exports are searched so far, and so many in all. */
const SEARCH_DEPTH = 6;
const OBJECTS_SEARCHED = 20_000;

/**
 * The ways to objects that a package holds and exports, such as its units and constants: a worker's copy of the package has
 * the same there. Undefined where one of them is not found so, or is another one in a fresh copy.
 */
export function exportedObjects(
  folder: string,
  importer: string,
  nodes: readonly HostNode<object>[],
): Map<object, PackagePath> | undefined {
  const ways = waysFrom(folder, importer);
  const found = new Map<object, PackagePath>();
  for (const { value } of nodes) {
    const way = ways(value);
    if (!way || lookAtPrivates(value).elements.length > 0) return undefined;
    found.set(value, way);
  }
  return isSameInFreshCopy(folder, found) ? found : undefined;
}

function isSameInFreshCopy(folder: string, found: ReadonlyMap<object, PackagePath>): boolean {
  const shapes = [...found.values()];
  const entries = shapes.map(({ specifier, importer, via }) => ({ specifier, importer, via }));
  const fresh = freshCopy({ entries, folder, globals: [], shapes, contents: true });
  if ("failed" in fresh) return false;
  return [...found.keys()].every((value, at) => {
    const content = contentOf(value);
    return content !== undefined && content === fresh.contents[at];
  });
}

/** Finds the way to an object from the main modules of a package that the program has loaded. */
function waysFrom(folder: string, importer: string): (value: object) => PackagePath | undefined {
  const mains = loadedMainsOf(path.join(folder, "package.json"), importer);
  const searched = mains.map((file) => ({ file, index: indexOf(exportsOf(file)) }));
  return (value) => {
    for (const { file, index } of searched) {
      const steps = index.get(value);
      if (steps) return { ...entryOf(file, folder, importer), path: [...steps] };
    }
    return undefined;
  };
}

function entryOf(file: string, folder: string, importer: string): Omit<PackagePath, "path"> {
  const { href } = pathToFileURL(file);
  if (isLoadedAsModule(href)) return { specifier: href, importer, via: "import" };
  const from = importer.startsWith("file:") ? fileURLToPath(importer) : importer;
  return { ...specifierFor(file, packageOfFile(`${folder}/`) ?? "", from), via: "require" };
}

function indexOf(root: unknown): ReadonlyMap<unknown, readonly string[]> {
  const index = new Map<object, readonly string[]>(isObject(root) ? [[root, []]] : []);
  for (const [from, steps] of index) {
    if (steps.length >= SEARCH_DEPTH || index.size > OBJECTS_SEARCHED || types.isProxy(from)) continue;
    for (const key of Object.getOwnPropertyNames(from)) {
      const child = steps.length === 0 ? tryProperty(from, key) : ownProperty(from, key)?.value;
      if (isObject(child) && !index.has(child) && !isOfPrototypes(key)) index.set(child, [...steps, `.${key}`]);
    }
  }
  return index;
}

/** What lies behind them is found by its class, and `arguments` and `caller` tell of calls. */
function isOfPrototypes(key: string): boolean {
  return (
    key === "prototype" || key === "constructor" || key === "arguments" || key === "caller" || key.startsWith("@@")
  );
}
