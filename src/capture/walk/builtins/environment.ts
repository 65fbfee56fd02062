import process from "node:process";
import { types } from "node:util";
import type { Graph } from "../../graph/context.js";
import type { FunctionInfo } from "../../graph/node.js";
import { isObject } from "../../is-object.js";
import { readProperty } from "../../own-property.js";
import { type Touch, touchesOf } from "../../source/touches.js";
import { resolveKey } from "./resolve-key.js";
import { valueOfMember, valueOfName } from "./value-of-name.js";

/**
 * The environment variables that captured code names, with what they are now; undefined for those that are not set. Names
 * that are known only when the code runs are not among them.
 */
export function environmentOf({ nodes }: Graph): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const { fn } of nodes) {
    if (!fn) continue;
    for (const touch of touchesOf(fn.source).touches) {
      const name = nameRead(fn, touch);
      if (name !== undefined) found.set(name, process.env[name]);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Undefined where the code reads no variable, or only sets it. */
function nameRead(info: FunctionInfo, { root, path, kind, key }: Touch): string | undefined {
  let at = valueOfName(info, root);
  for (const [index, step] of path.entries()) {
    if (isEnvironment(at)) return kind === "write" && index === path.length - 1 ? undefined : step;
    if (!isObject(at) || types.isProxy(at)) return undefined;
    at = valueOfMember(at, step);
  }
  const name = key && isEnvironment(at) ? resolveKey(info, key) : undefined;
  return typeof name === "string" ? name : undefined;
}

/** Test runners give their files a `process` of their own, whose environment is a copy. */
function isEnvironment(value: unknown): boolean {
  const own: unknown = readProperty(globalThis, "process");
  return value === process.env || (isObject(own) && value === readProperty(own, "env"));
}
