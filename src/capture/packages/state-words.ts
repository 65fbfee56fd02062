import { createHash } from "node:crypto";
import { types } from "node:util";
import { functionText } from "../inspect/function-text.js";
import { ownProperty } from "../own-property.js";

/** As much as a message shows of a text; of longer ones, a digest tells the rest. */
const TEXT_LENGTH = 120;

/** What an object is; for a function with a digest of its text. */
export function kindOf(value: object): string {
  if (types.isProxy(value)) return "proxy";
  if (typeof value === "function") return `function ${digestOf(functionText(value))}`;
  if (Array.isArray(value)) return "array";
  if (types.isRegExp(value)) return `regular expression ${RegExp.prototype.toString.call(value)}`;
  if (ArrayBuffer.isView(value)) return `bytes ${value.byteLength}`;
  return Object.prototype.toString.call(types.isModuleNamespaceObject(value) ? {} : tagless(value));
}

/** `toString` would ask a member of the object's own. */
function tagless(value: object): object {
  const kind = KINDS.find(([isKind]) => isKind(value))?.[1];
  return kind ?? {};
}

const KINDS: [(value: unknown) => boolean, object][] = [
  [types.isMap, new Map()],
  [types.isSet, new Set()],
  [types.isWeakMap, new WeakMap()],
  [types.isWeakSet, new WeakSet()],
  [types.isDate, new Date(0)],
  [types.isPromise, Promise.resolve()],
  [types.isNativeError, new Error("")],
];

export function readOwn(value: object, key: PropertyKey): PropertyDescriptor | undefined {
  try {
    return ownProperty(value, key);
  } catch {
    // A variable of a module that has not been evaluated yet.
    return undefined;
  }
}

/** A key as code writes the member. */
export function nameOfKey(key: PropertyKey): string {
  if (typeof key === "symbol") return `[${String(key)}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(String(key)) ? `.${String(key)}` : `[${JSON.stringify(key)}]`;
}

/** A value that is told by itself. */
export function primitive(value: unknown): string {
  if (typeof value === "string") {
    const shown = JSON.stringify(value.length > TEXT_LENGTH ? value.slice(0, TEXT_LENGTH) : value);
    return value.length > TEXT_LENGTH ? `${shown}… ${digestOf(value)}` : shown;
  }
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

export function digestOf(text: string | Uint8Array): string {
  return createHash("sha1").update(text).digest("base64").slice(0, 12);
}
