import { InspectorBlocked } from "../inspect/connection.js";
import { nameOf } from "../inspect/function-excerpt.js";
import { functionText } from "../inspect/function-text.js";
import { lookAtFunction } from "../inspect/look.js";
import { isNodesScript, scriptOf } from "../inspect/scripts.js";
import type { Callable } from "../types.js";

/** Whose code a function runs: the engine's or Node's, the program's, or, bound, that of whatever it is bound to. */
export type CodeOwner = "node" | "program" | "target";

/** A function's code stays what it is, so that this holds for as long as the function lives. */
const owners = new WeakMap<Callable, CodeOwner>();

export function codeOwner(fn: Callable): CodeOwner {
  const known = owners.get(fn);
  if (known !== undefined) return known;
  const owner = findOwner(fn);
  owners.set(fn, owner);
  return owner;
}

/** Whether a function is the engine's or Node's own, and not bound. */
export function isNative(fn: Callable): boolean {
  return codeOwner(fn) === "node";
}

/**
 * Where the inspector is blocked, the text tells functions of the engine from all others, which then count as the
 * program's; those of Node that are written in JavaScript are among them.
 */
function findOwner(fn: Callable): CodeOwner {
  try {
    return ask(fn);
  } catch (error) {
    if (!(error instanceof InspectorBlocked)) throw error;
    if (!readsAsNative(fn)) return "program";
    return nameOf(fn).startsWith("bound ") ? "target" : "node";
  }
}

function readsAsNative(fn: Callable): boolean {
  return /\{\s*\[native code\]\s*\}\s*$/.test(functionText(fn));
}

/** Those of the engine bear a name in their text, which no program can change; bound functions have none there. */
function mayBeBound(fn: Callable): boolean {
  return functionText(fn).startsWith("function () {");
}

/** Whether a function is the engine's, as its text alone tells: Node's own that are written in JavaScript do not count. */
export function isOfEngine(fn: Callable): boolean {
  return readsAsNative(fn) && !mayBeBound(fn);
}

function ask(fn: Callable): CodeOwner {
  if (readsAsNative(fn)) return mayBeBound(fn) && lookAtFunction(fn).bound ? "target" : "node";
  const { location } = lookAtFunction(fn);
  const script = location && scriptOf(location.scriptId);
  return script !== undefined && isNodesScript(script) ? "node" : "program";
}
