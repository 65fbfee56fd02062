import { types } from "node:util";
import { functionText } from "../inspect/function-text.js";
import { lookAtPrivates } from "../inspect/look.js";
import type { HostNode } from "./graph.js";
import type { Walker } from "./walker.js";

/**
 * A base constructor that returns some other object makes a class put its private fields there, on an object that is no
 * instance of it. Looking at every object costs, so it is done only where a captured class could have done that.
 */
export function refuseStamped(walker: Walker): void {
  if (!walker.nodes.some(mayStamp)) return;
  for (const node of walker.nodes) {
    if (!STAMPABLE.has(node.data.k) || node.data.stamps || types.isProxy(node.value)) continue;
    const { elements, hasMethods } = lookAtPrivates(node.value);
    if (elements.length > 0 || hasMethods) refuse(walker, node, elements[0]?.name ?? "#method");
  }
}

const STAMPABLE = new Set([
  "obj",
  "arr",
  "map",
  "set",
  "date",
  "re",
  "err",
  "box",
  "args",
  "view",
  "buf",
  "made",
  "params",
]);

function mayStamp({ fn, value }: HostNode): boolean {
  const parts = fn?.source.parts;
  if (!parts?.hasInstancePrivates || !parts.heritage) return false;
  const base = Object.getPrototypeOf(value);
  return typeof base === "function" && /\breturn\b/.test(functionText(base));
}

function refuse(walker: Walker, { step }: HostNode, name: string): never {
  return walker.refuse(
    { from: step, text: `.${name}` },
    {
      reason: "it is a private field that a class put on an object which is not its instance",
      cure: "Keep the value in a Map by object, or create the object inside the function.",
    },
  );
}
