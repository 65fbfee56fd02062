import { types } from "node:util";
import { isInternal } from "../identity/builtins.js";
import { functionText } from "../inspect/function-text.js";
import { lookAtPrivates } from "../inspect/look.js";
import type { Callable } from "../types.js";
import { type Brand, brandsOf } from "./brands.js";
import type { HostNode } from "./graph.js";
import { isObject, type Walker } from "./walker.js";

/**
 * Private elements are looked for where prototypes lead to their class. But an object may have lost that prototype, or a
 * base constructor returned it for a class to put its elements on. So each captured class is asked about every object.
 */
export function refuseStamped(walker: Walker): void {
  const objects = walker.nodes.filter(({ value }) => isObject(value));
  for (const owner of walker.nodes) {
    if (!owner.fn?.source.parts?.hasInstancePrivates) continue;
    const brands = brandsOf(owner.fn);
    if (brands) for (const node of objects) compare(walker, node, owner, brands);
    else if (mayStamp(owner)) refuseUnknown(walker, objects);
  }
}

/** An object that was given only some of them has the first ones. */
function compare(walker: Walker, node: HostNode, owner: HostNode, brands: readonly Brand[]): void {
  const isStamped = node.data.stamps?.some(({ c }: { c: HostNode }) => c === owner) === true;
  const asked = isStamped ? brands : brands.slice(0, 1);
  const odd = asked.find(({ isOn }) => isOn(node.value) !== isStamped);
  if (odd) refuse(walker, node, odd.name, isStamped ? LACKING : ASTRAY);
}

/** Looking at every object costs, so where a class cannot be asked, it is done only if the class could have done that. */
function refuseUnknown(walker: Walker, objects: readonly HostNode[]): void {
  for (const node of objects) {
    if (!STAMPABLE.has(node.data.k) || node.data.stamps) continue;
    const { elements, hasMethods } = lookAtPrivates(node.value);
    if (elements.length > 0 || hasMethods) refuse(walker, node, elements[0]?.name ?? "#method", ASTRAY);
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
  "fn",
  "proxy",
]);

function mayStamp({ value }: HostNode): boolean {
  for (let base = Object.getPrototypeOf(value); isOwnFunction(base); base = Object.getPrototypeOf(base)) {
    if (types.isProxy(base) || /\breturn\b/.test(functionText(base))) return true;
  }
  return false;
}

function isOwnFunction(base: unknown): base is Callable {
  return typeof base === "function" && (types.isProxy(base) || !isInternal(base));
}

const ASTRAY = "it is a private element of a class that the object's prototypes do not lead to";
const LACKING = "the object does not have this private element of its class, though it has others";

function refuse(walker: Walker, { step }: HostNode, name: string, reason: string): never {
  return walker.refuse(
    { from: step, text: `.${name}` },
    { reason, cure: "Keep the value in a Map by object, or create the object inside the function." },
  );
}
