import { type HeapScope, heapScopesOf } from "../inspect/heap.js";
import type { Callable } from "../types.js";
import type { FunctionInfo } from "./graph.js";

/**
 * What pausing a function would tell, from a snapshot of the heap: slow, but possible where a function cannot be paused
 * because a debugger is attached, or because of how its code begins.
 */

/** The scope at a place in the inspector's list; undefined when the two lists do not tell the same. */
export function heapScopeAt({ fn, look }: FunctionInfo, view: number): HeapScope | undefined {
  const scopes = heapScopesOf(fn);
  const around = look.scopes.slice(0, view + 1);
  const agrees = around.every(({ values }, i) => Object.keys(values).every((name) => scopes?.[i]?.declares(name)));
  return agrees ? scopes?.[view] : undefined;
}

/** Whether a variable that reads as undefined is one that is not initialised. */
export function initialisedInHeap(info: FunctionInfo, view: number, name: string): boolean | undefined {
  const found = heapScopeAt(info, view)?.read(name);
  return found && found.state !== "unknown" ? found.state === "set" : undefined;
}

/** The `this` of an arrow that uses it: the first scope around that declares one is that of the call that it is from. */
export function receiverInHeap({ fn, source }: FunctionInfo): { self: unknown } | undefined {
  if (!source.analysis.usesThis && !source.analysis.usesSuper) return undefined;
  for (const scope of heapScopesOf(fn) ?? []) {
    const declares = scope.declares("this");
    if (declares === false) continue;
    const found = scope.read("this");
    return found.state === "set" ? { self: found.value } : undefined;
  }
  return undefined;
}

/** The object that a method which uses `super` was written in. */
export function homeInHeap(fn: Callable): unknown {
  return heapScopesOf(fn)?.[0]?.home();
}

/** Whether a function stands in the run of another one's innermost scope; undefined when the heap cannot be read. */
export function standsInScopeOf(fn: Callable, other: Callable): boolean | undefined {
  const innermost = heapScopesOf(other)?.[0];
  return innermost && heapScopesOf(fn)?.some(({ id }) => id === innermost.id);
}

/** A variable of the nearest scope around that declares it, for those that the inspector's list leaves out. */
export function nearestInHeap(fn: Callable, name: string): { value: unknown } | undefined {
  const scope = heapScopesOf(fn)?.find((one) => one.declares(name) !== false);
  const found = scope?.read(name);
  return found?.state === "set" ? found : undefined;
}
