import { types } from "node:util";
import { builtinName, isBuiltinPrototype, isPlainPrototype, typedArrayName } from "../builtins.js";
import type { ClassRegistry } from "../classes.js";
import { Tag } from "../tags.js";
import { refuseObject, refuseReplaced } from "./refuse.js";

/** What an object is to the codec. Those that contain values come first; each is its own tag on the wire. */
export const Kind = {
  OBJECT: Tag.OBJECT,
  NULL_OBJECT: Tag.NULL_OBJECT,
  ARRAY: Tag.ARRAY,
  MAP: Tag.MAP,
  SET: Tag.SET,
  ERROR: Tag.ERROR,
  DOM_EXCEPTION: Tag.DOM_EXCEPTION,
  REGISTERED: Tag.CLASS,
  DATE: Tag.DATE,
  REGEXP: Tag.REGEXP,
  BOXED: Tag.BOXED,
  URL: Tag.URL,
  URL_PARAMS: Tag.URL_PARAMS,
  ARRAY_BUFFER: Tag.ARRAY_BUFFER,
  VIEW: Tag.VIEW,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];
export type ContainerKind = (typeof Tag)[
  | "OBJECT"
  | "NULL_OBJECT"
  | "ARRAY"
  | "MAP"
  | "SET"
  | "ERROR"
  | "DOM_EXCEPTION"];

export function isContainer(kind: number): kind is ContainerKind {
  return kind >= Tag.OBJECT && kind <= Tag.DOM_EXCEPTION;
}

/** Says what an object is, or refuses it. Asks for internal slots, not for instanceof: other realms' values count. */
export function classify(value: object, classes: ClassRegistry | undefined): Kind {
  if (types.isProxy(value)) return refuseObject(value);
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return Kind.OBJECT;
  if (prototype === Array.prototype && Array.isArray(value)) return Kind.ARRAY;
  if (prototype === null) return classifyBare(value);
  if (classes?.ofPrototype(prototype)) return Kind.REGISTERED;
  if (classes?.isReplaced(prototype)) return refuseReplaced(value);
  return classifyBuiltin(value, prototype) ?? (isPlainPrototype(prototype) ? Kind.OBJECT : refuseObject(value));
}

function classifyBare(value: object): Kind {
  if (types.isExternal(value) || types.isModuleNamespaceObject(value) || slotName(value)) return refuseObject(value);
  return Kind.NULL_OBJECT;
}

function classifyBuiltin(value: object, prototype: object): Kind | undefined {
  if (prototype === DOMException.prototype) return Kind.DOM_EXCEPTION;
  if (types.isNativeError(value) || Object.prototype.isPrototypeOf.call(Error.prototype, value)) return Kind.ERROR;
  if (prototype === URL.prototype) return Kind.URL;
  if (prototype === URLSearchParams.prototype) return Kind.URL_PARAMS;
  const name = slotName(value);
  if (name === undefined || !hasBuiltinPrototype(value, prototype, name)) return undefined;
  return KIND_OF_SLOT[name];
}

type SlotName = "Array" | "Map" | "Set" | "Date" | "RegExp" | "Boxed" | "ArrayBuffer" | "View";

const KIND_OF_SLOT: Record<SlotName, Kind> = {
  Array: Kind.ARRAY,
  Map: Kind.MAP,
  Set: Kind.SET,
  Date: Kind.DATE,
  RegExp: Kind.REGEXP,
  Boxed: Kind.BOXED,
  ArrayBuffer: Kind.ARRAY_BUFFER,
  View: Kind.VIEW,
};

const SLOTS: readonly [SlotName, (value: object) => boolean][] = [
  ["Array", Array.isArray],
  ["View", ArrayBuffer.isView],
  ["Map", types.isMap],
  ["Set", types.isSet],
  ["Date", types.isDate],
  ["RegExp", types.isRegExp],
  ["ArrayBuffer", types.isArrayBuffer],
  ["Boxed", (value) => types.isBoxedPrimitive(value) && !types.isSymbolObject(value)],
];

/** Which built-in an object is by its internal slots, whatever its prototype. */
export function slotName(value: object): SlotName | undefined {
  for (const [name, is] of SLOTS) if (is(value)) return name;
  return undefined;
}

/** A subclass, or an instance whose prototype was changed, would come back as something else. */
function hasBuiltinPrototype(value: object, prototype: object, slot: SlotName): boolean {
  if (prototype === Buffer.prototype) return slot === "View";
  if (slot === "Boxed" || slot === "View") return isBuiltinPrototype(prototype, typeName(value));
  return builtinName(prototype) === slot;
}

/** Name of the class of a view or a boxed primitive. */
function typeName(value: object): string {
  if (types.isNumberObject(value)) return "Number";
  if (types.isStringObject(value)) return "String";
  if (types.isBooleanObject(value)) return "Boolean";
  if (types.isBigIntObject(value)) return "BigInt";
  return viewTypeName(value as ArrayBufferView);
}

export function viewTypeName(view: ArrayBufferView): string {
  return typedArrayName.call(view) ?? "DataView";
}
