import type { FunctionInfo } from "../graph/node.js";
import type { HeapScope } from "../inspect/heap.js";
import type { CaptureSession } from "../session.js";
import type { Callable } from "../types.js";

/**
 * What pausing a function would tell, from a snapshot of the heap: slow, but possible where a function cannot be paused
 * because a debugger is attached, or because of how its code begins.
 */

/** The scope at a place in the inspector's list; undefined when the two lists do not tell the same. */
export function heapScopeAt(session: CaptureSession, { fn, look }: FunctionInfo, view: number): HeapScope | undefined {
  const scopes = session.heap.scopesOf(fn);
  const around = look.scopes.slice(0, view + 1);
  const agrees = around.every(({ values }, i) => Object.keys(values).every((name) => scopes?.[i]?.declares(name)));
  return agrees ? scopes?.[view] : undefined;
}

/** Whether a variable that reads as undefined is one that is not initialised. */
export function initialisedInHeap(
  session: CaptureSession,
  info: FunctionInfo,
  view: number,
  name: string,
): boolean | undefined {
  const found = heapScopeAt(session, info, view)?.read(name);
  return found && found.state !== "unknown" ? found.state === "set" : undefined;
}

/** The `this` of an arrow that uses it: the first scope around that declares one is that of the call that it is from. */
export function receiverInHeap(session: CaptureSession, { fn, source }: FunctionInfo): { self: unknown } | undefined {
  if (!source.analysis.usesThis && !source.analysis.usesSuper) return undefined;
  for (const scope of session.heap.scopesOf(fn) ?? []) {
    const declares = scope.declares("this");
    if (declares === false) continue;
    const found = scope.read("this");
    return found.state === "set" ? { self: found.value } : undefined;
  }
  return undefined;
}

/** The object that a method which uses `super` was written in. */
export function homeInHeap(session: CaptureSession, fn: Callable): unknown {
  return session.heap.scopesOf(fn)?.[0]?.home();
}

/** Whether a function stands in the activation of another one's innermost scope; undefined when the heap cannot be read. */
export function standsInScopeOf(session: CaptureSession, fn: Callable, other: Callable): boolean | undefined {
  const innermost = session.heap.scopesOf(other)?.[0];
  return innermost && session.heap.scopesOf(fn)?.some(({ id }) => id === innermost.id);
}

/** A variable of the nearest scope around that declares it, for those that the inspector's list leaves out. */
export function nearestInHeap(session: CaptureSession, fn: Callable, name: string): { value: unknown } | undefined {
  const scope = session.heap.scopesOf(fn)?.find((one) => one.declares(name) !== false);
  const found = scope?.read(name);
  return found?.state === "set" ? found : undefined;
}
