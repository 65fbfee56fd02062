import { createRequire } from "node:module";
import type { Loose } from "../types.js";
import { follow, hiddenIntrinsics } from "./intrinsics.js";
import { nodeErrorPrototype } from "./node-errors.js";
import type { ImportPackage } from "./packages.js";
import { type Heap, valueIn } from "./values.js";

const SHARED = new Set(["g", "pkg", "sym", "ref", "req", "global"]);

/** Entries whose object exists on the worker by itself, or cannot change: the same for every instance. */
export function isSharedKind(entry: Loose): boolean {
  return SHARED.has(entry.k);
}

interface Around {
  heap: Heap;
  packages: readonly unknown[];
  options: {
    resolveReference?: (token: string) => Promise<unknown> | unknown;
    importPackage?: ImportPackage | undefined;
  };
}

const hidden = hiddenIntrinsics();
const requireHere = createRequire(import.meta.url);

/** In a box, as a promise would wait for a value that has a `then`, such as `Promise.prototype`. */
export async function sharedValue(entry: Loose, around: Around): Promise<{ value: unknown }> {
  switch (entry.k) {
    case "g":
      return intrinsic(entry);
    case "pkg":
      return { value: followed(around.packages[entry.n], entry) };
    case "sym":
      return { value: symbolOf(entry, around.heap) };
    case "req":
      return { value: requireAt(entry.file, around.options.importPackage) };
    default:
      return { value: await resolved(entry.token, around.options.resolveReference) };
  }
}

/** The `require` of a file that need not be there. */
function requireAt(importer: string, importPackage: ImportPackage | undefined): unknown {
  const native = createRequire(importer);
  if (!importPackage) return native;
  const own = (specifier: string) => importPackage({ specifier, importer, via: "require" }) ?? native(specifier);
  return Object.assign(own, { resolve: native.resolve });
}

async function resolved(token: string, resolve: ((token: string) => unknown) | undefined): Promise<unknown> {
  if (!resolve)
    throw new Error(`The function refers to the shared object ${token}, but this worker was given no way to get it`);
  return resolve(token);
}

/** `root` is a global's name, a hidden intrinsic's (`%Name%`), a module's (`node:fs`), one's namespace (`*node:fs`), or see `node-errors.ts`. */
async function intrinsic(entry: Loose): Promise<{ value: unknown }> {
  return { value: followed(await rootOf(entry.root), entry) };
}

function followed(root: unknown, entry: Loose): unknown {
  return entry.path.reduce((from: Loose, step: string) => walk(from, step, entry), root);
}

async function rootOf(root: string): Promise<unknown> {
  if (root === "globalThis") return globalThis;
  if (root.startsWith("%")) return hidden[root];
  if (root.startsWith("!")) return nodeErrorPrototype(root);
  if (root.startsWith("*")) return import(root.slice(1));
  if (root.startsWith("node:")) return requireHere(root);
  return (globalThis as Loose)[root];
}

function walk(from: Loose, step: string, entry: Loose): unknown {
  const found = from === undefined || from === null ? undefined : follow(from, step);
  if (found !== undefined) return found;
  const whole = `${entry.root ?? "a package"}${entry.path.join("")}`;
  throw new Error(`The function uses ${whole}, which does not exist on this worker (Node.js ${process.version})`);
}

function symbolOf({ how, name, desc }: Loose, heap: Heap): symbol {
  if (how === "known") return (Symbol as Loose)[name];
  return how === "for" ? Symbol.for(name) : Symbol(valueIn(heap, desc) as string | undefined);
}
