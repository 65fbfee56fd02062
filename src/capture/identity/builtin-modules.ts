import { builtinModules } from "node:module";
import { ownRequire } from "../../util/own-file.js";
import { loadedByNode } from "../inspect/loaded-by-node.js";

/** Modules that are had only with `node:` before their name, and are not in every version's list of modules. */
const PREFIXED = ["test", "test/reporters", "sqlite", "sea"];
/** Old names of what the other modules export, which may warn. */
const isOld = (name: string): boolean => name.startsWith("_");

/** `sys` is another name of `util`, and warns when it is loaded: last, so that what they share is known as of `util`. */
const names = new Set([...builtinModules.map((name) => name.replace(/^node:/, "")), ...PREFIXED]);
names.delete("sys");
names.add("sys");
const seen = new Set<string>();

/** Names and exports of built-in modules that the program has loaded since the last time; asking for them loads nothing. */
export function newlyLoaded(): [name: string, exported: unknown][] {
  const loaded = new Set(loadedByNode().map((one) => one.replace(/^NativeModule /, "")));
  const fresh = [...names].filter((name) => loaded.has(name) && !seen.has(name) && !isOld(name));
  for (const name of fresh) seen.add(name);
  return fresh.map((name) => [name, ownRequire(`node:${name}`)]);
}
