import { types } from "node:util";
import { isObject } from "../is-object.js";
import { ownProperty } from "../own-property.js";

/** How far members of members are told: constants that packages make have little in them. */
const DEPTH = 3;
/** Members told of one object in all; one that has more is told as such, and so is like no other. */
const MOST_MEMBERS = 2_000;

/**
 * What an object holds, as text, for a comparison with the same object of a fresh copy. Undefined for what keeps more than
 * its properties show: collections, proxies, functions, objects of the engine.
 */
export function contentOf(value: unknown): string | undefined {
  const left = { members: MOST_MEMBERS };
  const text = isPlain(value) ? tell(value, DEPTH, left) : undefined;
  return left.members < 0 ? undefined : text;
}

/** Whether all that an object is shows in its properties. A private field does not, and instances of such classes are not asked for. */
function isPlain(value: unknown): value is object {
  if (!isObject(value) || typeof value === "function" || types.isProxy(value)) return false;
  return !ArrayBuffer.isView(value) && !HIDDEN.some((isKind) => isKind(value));
}

/** Kinds of objects that hold more than properties. */
const HIDDEN = [
  types.isMap,
  types.isSet,
  types.isWeakMap,
  types.isWeakSet,
  types.isDate,
  types.isRegExp,
  types.isPromise,
  types.isAnyArrayBuffer,
  types.isBoxedPrimitive,
  types.isNativeError,
  types.isGeneratorObject,
  types.isMapIterator,
  types.isSetIterator,
  types.isModuleNamespaceObject,
  types.isExternal,
];

function tell(value: unknown, depth: number, left: { members: number }): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (!isObject(value)) return typeof value === "symbol" ? String(value) : (JSON.stringify(value) ?? "undefined");
  if (!isPlain(value) || depth === 0) return typeof value === "function" ? "function" : "object";
  const keys = Reflect.ownKeys(value);
  left.members -= keys.length;
  if (left.members < 0) return "";
  const members = keys.map((key) => `${JSON.stringify(String(key))}: ${tellMember(value, key, depth, left)}`);
  return `${Array.isArray(value) ? "list" : "object"} {${members.join(", ")}}`;
}

function tellMember(value: object, key: PropertyKey, depth: number, left: { members: number }): string {
  const own = ownProperty(value, key);
  return own && "value" in own ? tell(own.value, depth - 1, left) : "accessor";
}
