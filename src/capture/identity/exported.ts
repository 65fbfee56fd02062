import Module from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { ownRequire } from "../../util/own-file.js";
import { isLoadedAsModule } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { ownProperty, tryProperty } from "../own-property.js";
import { keyOfStep } from "../rebuild/intrinsics.js";
import { thisCapture } from "./this-capture.js";

/** Members of members are searched, and the prototype of each class among them. */
const SEARCH_DEPTH = 3;

/** The shortest way from a module's exports to a value. */
export function stepsTo(value: object, root: unknown): string[] | undefined {
  if (!isObject(root)) return undefined;
  const { steps } = thisCapture();
  const index = steps.get(root) ?? indexOf(root);
  steps.set(root, index);
  return index.get(value);
}

/** What a module that is loaded exports; undefined for all others, and for modules of other contexts. Nothing is run. */
export function exportsOf(file: string): unknown {
  const { exportsOfFiles } = thisCapture();
  if (!exportsOfFiles.has(file)) exportsOfFiles.set(file, loadedAgain(file));
  return exportsOfFiles.get(file);
}

function loadedAgain(file: string): unknown {
  try {
    return isLoadedAsModule(pathToFileURL(file).href) ? namespaceOf(file) : cache[file]?.exports;
  } catch {
    return undefined;
  }
}

const { cache } = ownRequire;

interface Compiling {
  exports: unknown;
  filename: string;
  /** What `require()` of a file ends with; for an ES module that Node's loader has, it gives the namespace, whatever the text. */
  _compile(text: string, file: string, format: "module"): void;
}

/** No module's text: should Node's loader not have the module after all, none is made in its place. */
const NO_MODULE = "}";

/** Under tsx and its like `require()` of an ES module would make and run a CommonJS copy of it. */
function namespaceOf(file: string): unknown {
  const made = new Module(file) as unknown as Compiling;
  made.filename = file;
  made._compile(NO_MODULE, file, "module");
  return made.exports;
}

function indexOf(root: object): Map<unknown, string[]> {
  const index = new Map<object, string[]>([[root, []]]);
  for (const [from, steps] of index) {
    if (types.isProxy(from) || isOfEveryone(from) || steps.at(-1) === ".prototype") continue;
    for (const key of Object.getOwnPropertyNames(from)) {
      if (keyOfStep(key) !== key || (steps.length >= SEARCH_DEPTH && key !== "prototype")) continue;
      const child = readMember(from, key, steps.length === 0);
      if (isObject(child) && !index.has(child)) index.set(child, [...steps, `.${key}`]);
    }
  }
  return index;
}

/** Packages hand on the global object and its like; what the program has put there is no export of theirs. */
export function isOfEveryone(value: unknown): boolean {
  return value === globalThis || value === process || value === console;
}

/** Getters of re-exports are read; a getter that throws has nothing to give. */
function readMember(from: object, key: string, isRoot: boolean): unknown {
  const own = ownProperty(from, key);
  if (own && !own.get) return own.value;
  return isRoot || Object.hasOwn(from, "__esModule") ? tryProperty(from, key) : undefined;
}
