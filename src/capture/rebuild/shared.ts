import { createRequire } from "node:module";
import { ownRequire } from "../../util/own-file.js";
import { readProperty } from "../own-property.js";
import type { HeapReference, SharedEntry, SymbolEntry } from "../payload/entry.js";
import { emitterPart } from "./emitter-parts.js";
import { follow, hiddenIntrinsics } from "./intrinsics.js";
import { nodeErrorPrototype } from "./node-errors.js";
import type { ImportPackage } from "./packages.js";
import { type Heap, valueIn } from "./values.js";

interface Around {
  heap: Heap;
  packages: readonly unknown[];
  options: {
    resolveReference?: (token: string) => Promise<unknown> | unknown;
    importPackage?: ImportPackage | undefined;
  };
}

const hidden = hiddenIntrinsics();

/** In a box, as a promise would wait for a value that has a `then`, such as `Promise.prototype`. */
export async function sharedValue(entry: SharedEntry<HeapReference>, around: Around): Promise<{ value: unknown }> {
  switch (entry.kind) {
    case "builtin":
      return { value: followed(await rootOf(entry.root), entry.path, entry.root) };
    case "package":
      return { value: followed(around.packages[entry.package], entry.path, "a package") };
    case "symbol":
      return { value: symbolOf(entry, around.heap) };
    case "require":
      return { value: requireAt(entry.file, around.options.importPackage) };
    case "reference":
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

function followed(root: unknown, path: readonly string[], name: string): unknown {
  return path.reduce((from, step) => {
    const found = from === undefined || from === null ? undefined : follow(from, step);
    if (found !== undefined) return found;
    const whole = `${name}${path.join("")}`;
    throw new Error(`The function uses ${whole}, which does not exist on this worker (Node.js ${process.version})`);
  }, root);
}

/** A global's name, a hidden intrinsic's (`%Name%`), a module's (`node:fs`), one's namespace (`*node:fs`); or see `node-errors.ts`, `emitter-parts.ts`. */
async function rootOf(root: string): Promise<unknown> {
  if (root === "globalThis") return globalThis;
  if (root.startsWith("%")) return hidden[root];
  if (root.startsWith("@")) return emitterPart(root);
  if (root.startsWith("!")) return nodeErrorPrototype(root);
  if (root.startsWith("*")) return import(root.slice(1));
  if (root.startsWith("node:")) return ownRequire(root);
  return readProperty(globalThis, root);
}

function symbolOf(entry: SymbolEntry<HeapReference>, heap: Heap): symbol {
  if (entry.from === "language") return readProperty(Symbol, entry.name) as symbol;
  if (entry.from === "registry") return Symbol.for(entry.key);
  return Symbol(valueIn(heap, entry.description) as string | undefined);
}
