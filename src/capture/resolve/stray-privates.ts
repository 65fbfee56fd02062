import { types } from "node:util";
import type { WalkContext } from "../graph/context.js";
import type { GraphEntry, HostNode } from "../graph/node.js";
import { isInternal } from "../identity/builtins.js";
import { functionText } from "../inspect/function-text.js";
import { lookAtPrivates } from "../inspect/privates.js";
import { isObject } from "../is-object.js";
import type { Callable } from "../types.js";
import { type Brand, brandsOf } from "../walk/classes/private-brands.js";

/**
 * Private elements are looked for where prototypes lead to their class. But an object may have lost that prototype, or a
 * base constructor returned it for a class to put its elements on. So each captured class is asked about every object.
 */
export function refuseStamped(walker: WalkContext): void {
  const objects = walker.nodes.filter((node): node is HostNode<object> => isObject(node.value) && isAskable(node));
  for (const owner of walker.nodes) {
    if (!owner.fn?.source.parts?.hasInstancePrivates) continue;
    const brands = brandsOf(walker.session, owner.fn);
    if (brands) for (const node of objects) compare(walker, node, owner, brands);
    else if (mayStamp(owner)) refuseUnknown(walker, objects);
  }
}

/** Of an object of which only some members travel, no code gets hold. */
function isAskable({ whole, partial }: HostNode): boolean {
  return whole || partial === undefined;
}

/** An object that was given only some of them has the first ones. */
function compare(walker: WalkContext, node: HostNode<object>, owner: HostNode, brands: readonly Brand[]): void {
  const isStamped = node.entry.stamps?.some((stamp) => stamp.class === owner) === true;
  const asked = isStamped ? brands : brands.slice(0, 1);
  const odd = asked.find(({ isOn }) => isOn(node.value) !== isStamped);
  if (odd) refuse(walker, node, odd.name, isStamped ? LACKING : ASTRAY);
}

/** Looking at every object costs, so where a class cannot be asked, it is done only if the class could have done that. */
function refuseUnknown(walker: WalkContext, objects: readonly HostNode<object>[]): void {
  for (const node of objects) {
    if (!STAMPABLE.has(node.entry.kind) || node.entry.stamps) continue;
    const { elements, hasMethods } = lookAtPrivates(node.value);
    if (elements.length > 0 || hasMethods) refuse(walker, node, elements[0]?.name ?? "#method", ASTRAY);
  }
}

const STAMPABLE: ReadonlySet<GraphEntry["kind"]> = new Set([
  "object",
  "array",
  "map",
  "set",
  "weakMap",
  "weakSet",
  "date",
  "regexp",
  "error",
  "wrapper",
  "arguments",
  "view",
  "buffer",
  "function",
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

function refuse(walker: WalkContext, { step }: HostNode, name: string, reason: string): never {
  return walker.refuse(
    { from: step, text: `.${name}` },
    { reason, hint: "Keep the value in a Map by object, or create the object inside the function." },
  );
}
