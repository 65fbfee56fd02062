import type { FunctionInfo, HostNode, Reference } from "../graph/node.js";
import { infoOf } from "../graph/node.js";
import type { ScopeView } from "../inspect/look.js";

/** Outermost scope of the units: variables that no script owns, or several. */
export const GLOBAL_KEY = "global";
/** Scope without variables, for functions that stand in their class's text. */
export const HOSTED_KEY = "hosted";
/** Innermost scope of a function that uses the names of function expressions around it; see `withNames`. */
export const NAMES_KEY = "names";

const chains = new WeakMap<FunctionInfo, ScopeView[]>();

/** Scopes of a function without the global ones, outermost first. */
export function chainOf(node: HostNode): ScopeView[] {
  const info = infoOf(node);
  const known = chains.get(info);
  if (known) return known;
  const chain = info.look.scopes.filter(({ description }) => !isGlobal(description)).reverse();
  chains.set(info, chain);
  return chain;
}

export function isGlobal(description: string): boolean {
  return description.startsWith("Global") || description.startsWith("Script");
}

const keys = new WeakMap<ScopeView, string>();

export function keyOf(node: HostNode, view: ScopeView, depth: number): string {
  const known = keys.get(view);
  if (known !== undefined) return known;
  const key = JSON.stringify([infoOf(node).script?.scriptId, depth, view.description, Object.keys(view.values)]);
  keys.set(view, key);
  return key;
}

/** Key of the scope where a reference was found, and its place in the chain. */
export function placeOf(node: HostNode, { view, live, isName }: Reference): { key: string; depth: number } {
  if (isName) return { key: NAMES_KEY, depth: chainOf(node).length };
  if (live) return { key: GLOBAL_KEY, depth: -1 };
  const scopes = infoOf(node).look.scopes;
  const found = scopes[view];
  if (!found || isGlobal(found.description)) return { key: GLOBAL_KEY, depth: -1 };
  const depth = chainOf(node).indexOf(found);
  return { key: keyOf(node, found, depth), depth };
}
