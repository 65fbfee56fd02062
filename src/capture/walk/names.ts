import { nameOf } from "../texts.js";
import type { Loose } from "../types.js";
import type { FunctionInfo } from "./graph.js";

/** The name that a function gets from its own text as the payload writes it. */
export function naturalNameOf({ source, fn }: FunctionInfo): string | undefined {
  const { element, node } = source.parsed;
  if (element) return methodName(element, nameOf(fn));
  return node.id ? node.id.name : anonymousName(fn);
}

/** Methods with a computed key are written with the key they ended up with, when it is a string. */
function methodName(element: { [field: string]: Loose }, actual: string): string | undefined {
  const { key, computed, kind } = element;
  if (computed) return computedKey(actual, kind) === undefined ? undefined : actual;
  const prefix = kind === "get" || kind === "set" ? `${kind} ` : "";
  return prefix + textOfKey(key);
}

/** The name that a key gives, for one that is not computed. */
export function textOfKey({ type, name, value }: { [field: string]: Loose }): string {
  return type === "PrivateIdentifier" ? `#${name}` : String(name ?? value);
}

/** The key to write for a computed one, from the function's name; undefined for what only a symbol key gives. */
export function computedKey(actual: string, kind: string): string | undefined {
  const bare = kind === "get" || kind === "set" ? actual.slice(4) : actual;
  return bare.startsWith("[") || bare === "__proto__" ? undefined : bare;
}

function anonymousName(fn: { name: unknown }): string | undefined {
  const own = Object.getOwnPropertyDescriptor(fn, "name")?.value;
  return typeof own === "string" && own !== "__proto__" ? own : undefined;
}
