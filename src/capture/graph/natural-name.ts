import { type MethodNode, textOfKey } from "../source/estree.js";
import type { FunctionInfo } from "./node.js";

/** The name that a function gets from its own text as the payload writes it. */
export function naturalNameOf({ source, name }: FunctionInfo): string | undefined {
  const { element, node } = source.parsed;
  if (element) return methodName(element, name ?? "");
  if (node.id) return node.id.name;
  return name === "__proto__" ? undefined : name;
}

/** Methods with a computed key are written with the key they ended up with, when it is a string. */
function methodName(element: MethodNode, actual: string): string | undefined {
  const { key, computed, kind } = element;
  if (computed) return computedKey(actual, kind) === undefined ? undefined : actual;
  const prefix = kind === "get" || kind === "set" ? `${kind} ` : "";
  return prefix + textOfKey(key);
}

/** The key to write for a computed one, from the function's name; undefined for what only a symbol key gives. */
export function computedKey(actual: string, kind: string): string | undefined {
  const bare = kind === "get" || kind === "set" ? actual.slice(4) : actual;
  return bare.startsWith("[") || bare === "__proto__" ? undefined : bare;
}
