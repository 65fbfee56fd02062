/** Names of the objects that every process has of its own: the language's, the platform's, Node's modules. */
import { createRequire } from "node:module";

const ROOTS = [
  "Object Function Array Number String Boolean Symbol BigInt Date RegExp Promise Proxy Map Set WeakMap WeakSet WeakRef",
  "Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError ArrayBuffer DataView",
  "SharedArrayBuffer Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array",
  "Float64Array BigInt64Array BigUint64Array Math JSON Reflect Atomics Intl WebAssembly parseInt parseFloat isNaN",
  "isFinite eval URL URLSearchParams Buffer TextEncoder TextDecoder EventTarget Event structuredClone",
].flatMap((line) => line.split(" "));
const MODULES = ["path", "fs", "events", "util", "os", "crypto", "zlib", "stream"];
const HIDDEN = {
  async: async () => {},
  generator: function* () {},
  asyncGenerator: async function* () {},
  arrayIterator: [].values(),
  mapIterator: new Map().entries(),
  setIterator: new Set().values(),
};

const names = new Map();

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

/** True for an object that had no name yet. */
function name(value, text) {
  if (!isObject(value) || names.has(value)) return false;
  names.set(value, text);
  return true;
}

function nameMembers(value, text, depth) {
  for (const key of Reflect.ownKeys(value)) {
    const { value: inner, get, set } = Object.getOwnPropertyDescriptor(value, key);
    const path = `${text}.${String(key)}`;
    if (name(inner, path) && depth > 1) nameMembers(inner, path, depth - 1);
    name(get, `get ${path}`);
    name(set, `set ${path}`);
  }
}

for (const root of [...ROOTS, "globalThis", "console", "process"]) name(globalThis[root], root);
for (const root of ROOTS) name(globalThis[root].prototype, `${root}.prototype`);
for (const [kind, value] of Object.entries(HIDDEN)) {
  const prototype = Object.getPrototypeOf(value);
  name(prototype, `prototype of ${kind}`);
  name(prototype.constructor, `constructor of ${kind}`);
  nameMembers(prototype, `prototype of ${kind}`, 2);
}
for (const root of ROOTS) {
  nameMembers(globalThis[root], root, 2);
  if (globalThis[root].prototype) nameMembers(globalThis[root].prototype, `${root}.prototype`, 1);
  name(Object.getPrototypeOf(globalThis[root]), `prototype of ${root}`);
}
nameMembers(console, "console", 1);
nameMembers(process, "process", 1);
const require = createRequire(import.meta.url);
for (const module of MODULES) {
  name(require(module), `node:${module}`);
  nameMembers(require(module), `node:${module}`, 1);
}

/** Code that runs in a context of its own, as in tests, comes upon objects of the main one, and upon hidden ones of its own. */
const main = process.constructor.constructor("return globalThis")();
for (const root of ROOTS) {
  name(main[root], root);
  name(main[root]?.prototype, `${root}.prototype`);
  if (main[root]) nameMembers(main[root], root, 1);
  if (main[root]?.prototype) nameMembers(main[root].prototype, `${root}.prototype`, 1);
}
const bufferPrototype = Object.getPrototypeOf(new Float64Array(0).buffer);
name(bufferPrototype, "ArrayBuffer.prototype");
nameMembers(bufferPrototype, "ArrayBuffer.prototype", 1);

export const intrinsicName = (value) => names.get(value);
