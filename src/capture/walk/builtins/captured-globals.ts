import type { WalkContext } from "../../graph/context.js";
import type { Step } from "../../graph/path.js";
import { variableStep } from "../../graph/variable.js";
import { changeOf, isGlobalObject, isOfTool } from "../../identity/changed-builtins.js";
import { isInspectorBlocked } from "../../inspect/connection.js";
import { ownProperty } from "../../own-property.js";
import { encodeKey, encodeProperty } from "../values/properties.js";

/**
 * Captures a member of the global object that the program or a package added: each call finds it there as it is now. False
 * where that cannot be: getters are not run. What a setup reads must be the worker's own, as what it leaves is for the calls.
 */
export function captureGlobal(walker: WalkContext, owner: object, key: PropertyKey, step: Step): boolean {
  if (walker.globals.has(key)) return true;
  const own = ownProperty(owner, key);
  if (!own || !("value" in own) || walker.options.setupBefore || isInspectorBlocked()) return false;
  if (!isGlobalObject(owner) || changeOf(owner, key) !== "added") return false;
  // It is taken away again when the call has ended.
  const property = encodeProperty(walker, { ...own, configurable: true }, step);
  walker.globals.set(key, { key: encodeKey(walker, key, step), property, value: own.value, step });
  walker.finish();
  return true;
}

/** Members that were added to the global object, by whomsoever, but for those of tools. */
export function additionsTo(owner: object): PropertyKey[] {
  if (!isGlobalObject(owner)) return [];
  return Reflect.ownKeys(owner).filter((key) => changeOf(owner, key) === "added" && !isOfTool(key));
}

/**
 * A global that code names without the global object is a variable there, and one that it names as a member is a member:
 * where both are used, what is assigned to one of them the other does not show.
 */
export function refuseAssignedBothWays(walker: WalkContext, assigned: ReadonlySet<PropertyKey>): void {
  for (const { fn, step } of walker.nodes) {
    const both = fn?.references.find(
      (one) => one.view < 0 && (assigned.has(one.name) || (one.assigned && walker.globals.has(one.name))),
    );
    if (both) walker.refuse(variableStep(step, both.name), BOTH_WAYS);
  }
}

const BOTH_WAYS = {
  reason: "the function names this global variable both by itself and as a member of the global object, and assigns it",
  hint: "Name it in one way, as in globalThis.name, wherever it is used.",
};
