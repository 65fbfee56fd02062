import { ownProperty } from "../own-property.js";
import type { Callable } from "../types.js";
import { isInternal } from "./builtins.js";
import type { IntrinsicPath } from "./places.js";

const PUBLIC = [Error, TypeError, RangeError, SyntaxError, URIError, EvalError, ReferenceError, AggregateError];

/**
 * What stands on a worker for a prototype of the errors that Node throws, which no public name reaches: see
 * `rebuild/node-errors.ts`. Each of them has for `constructor` a getter of the public class, or is that of `AbortError`.
 */
export function nodeErrorPlace(value: object): IntrinsicPath | undefined {
  const { get, value: maker } = ownProperty(value, "constructor") ?? Object.create(null);
  if (!get) return isAbortError(maker, value) ? { root: "!AbortError", path: [] } : undefined;
  const parent: object | null = Object.getPrototypeOf(value);
  if (!parent || !isInternal(get)) return undefined;
  if (Reflect.ownKeys(value).length === 1) return publicPlace(parent) ?? nodeErrorPlace(parent);
  const code = codeOf(value);
  const base = publicPlace(parent)?.root;
  return base && code ? { root: `!${base} ${code}`, path: [] } : undefined;
}

function isAbortError(maker: unknown, prototype: object): boolean {
  if (typeof maker !== "function" || Object.getPrototypeOf(prototype) !== Error.prototype) return false;
  const own = (key: string): unknown => ownProperty(maker, key)?.value;
  return own("name") === "AbortError" && own("prototype") === prototype && isInternal(maker as Callable);
}

function publicPlace(prototype: object): IntrinsicPath | undefined {
  const found = PUBLIC.find((one) => one.prototype === prototype);
  return found && { root: found.name, path: [".prototype"] };
}

/** The code is known to the method that writes it, and to each error; the method is Node's own. */
function codeOf(prototype: object): string | undefined {
  const toText = ownProperty(prototype, "toString")?.value;
  if (typeof toText !== "function" || !isInternal(toText)) return undefined;
  return /^ \[(\w+)\]: $/.exec(String(Reflect.apply(toText, { name: "", message: "" }, [])))?.[1];
}
