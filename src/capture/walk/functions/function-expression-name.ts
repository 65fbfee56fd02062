import type { WalkContext } from "../../graph/context.js";
import type { FunctionInfo } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { declaredAs } from "../../graph/variable.js";
import { nearestInHeap } from "../../scopes/heap-scopes.js";
import { whilePaused } from "../../scopes/pause-at-entry.js";
import { mayNameFunction } from "../../source/named-functions.js";
import type { Callable } from "../../types.js";

/** Such a variable never changes, so it is asked for once. */
const known = new WeakMap<Callable, Map<string, unknown>>();

/**
 * The name of a function expression is a variable of the code inside of it, which the inspector's list of scopes leaves
 * out: `function curried(…) { return (…) => curried(…); }`. Undefined when the name means something else.
 */
export function nameAround(
  walker: WalkContext,
  info: FunctionInfo,
  name: string,
  step: Step,
): { view: number; value: unknown; isName: true } | undefined {
  const { location } = info.look;
  if (!location || !mayNameFunction(location.scriptId, name) || declaredAs(info, name)?.kind !== "name")
    return undefined;
  const values = known.get(info.fn) ?? new Map<string, unknown>();
  known.set(info.fn, values);
  if (!values.has(name)) {
    const found = read(walker, info, name, step);
    if (!found) return undefined;
    values.set(name, found.value);
  }
  return { view: -1, value: values.get(name), isName: true };
}

/** Undefined where the text has a name but no variable, as `new Function` writes one. */
function read(walker: WalkContext, info: FunctionInfo, name: string, step: Step): { value: unknown } | undefined {
  const paused = whilePaused(walker.session, info, (pause) => pause.read(name), name);
  if (paused?.failed) return undefined;
  return (
    paused ??
    nearestInHeap(walker.session, info.fn, name) ??
    walker.refuse(step, {
      reason: "it is the name of a function expression around, and which function that is cannot be read here",
      hint: "Keep that function in a variable, and use the variable.",
    })
  );
}
