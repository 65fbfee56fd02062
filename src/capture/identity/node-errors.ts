import { ownProperty } from "../own-property.js";
import type { Callable } from "../types.js";
import { isNative } from "./is-native.js";
import { type IntrinsicPath, places } from "./places.js";

const PUBLIC: ReadonlySet<string> = new Set(
  `Error TypeError RangeError SyntaxError URIError EvalError ReferenceError AggregateError`.split(" "),
);

/**
 * What stands on a worker for a prototype of the errors that Node throws, which no public name reaches: see
 * `rebuild/node-errors.ts`. Each of them has for `constructor` a getter of the public class, or is that of `AbortError`.
 */
export function nodeErrorPlace(value: object): IntrinsicPath | undefined {
  const { get, value: maker } = ownProperty(value, "constructor") ?? Object.create(null);
  if (!get) return isAbortError(maker, value) ? { root: "!AbortError", path: [] } : undefined;
  const parent: object | null = Object.getPrototypeOf(value);
  if (!parent || !isNative(get)) return undefined;
  if (Reflect.ownKeys(value).length === 1) return publicPlace(parent) ?? nodeErrorPlace(parent);
  const code = codeOf(value);
  const base = publicPlace(parent)?.root;
  return base && code ? { root: `!${base} ${code}`, path: [] } : undefined;
}

function isAbortError(maker: unknown, prototype: object): boolean {
  if (typeof maker !== "function" || publicPlace(Object.getPrototypeOf(prototype))?.root !== "Error") return false;
  const own = (key: string): unknown => ownProperty(maker, key)?.value;
  return own("name") === "AbortError" && own("prototype") === prototype && isNative(maker as Callable);
}

/** Of any context: code of a context may come upon errors that Node has made in the main one. */
function publicPlace(prototype: object): IntrinsicPath | undefined {
  const { root, path } = places.get(prototype) ?? { root: "", path: [] };
  return PUBLIC.has(root) && path.join("") === ".prototype" ? { root, path } : undefined;
}

/** The code is known to the method that writes it, and to each error; the method is Node's own. */
function codeOf(prototype: object): string | undefined {
  const toText = ownProperty(prototype, "toString")?.value;
  if (typeof toText !== "function" || !isNative(toText)) return undefined;
  return /^ \[(\w+)\]: $/.exec(String(Reflect.apply(toText, { name: "", message: "" }, [])))?.[1];
}
