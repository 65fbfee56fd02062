import type { WalkContext } from "../graph/context.js";
import type { GraphEntry } from "../graph/node.js";
import { type FunctionInfo, type HostNode, isNode } from "../graph/node.js";
import type { Common } from "../payload/entry.js";
import { classOfMethodAt, classStartAt } from "../source/class-place.js";
import { claimByPlace } from "../walk/classes/find-methods.js";
import { reachesNames } from "../walk/classes/hosts.js";

/** Methods of captured classes, private ones too, and arrows that need `super`, come with their class. */
export function settleElements(walker: WalkContext): void {
  for (const node of walker.nodes) {
    const info = node.fn;
    if (!info) continue;
    if ((info.source.parts || info.host) && !reachesNames(info)) refuseHomeless(walker, node, false);
    if (info.source.parts || info.host) continue;
    if (info.inside) settleInside(node, info.inside);
    else settleMethod(walker, node, info);
  }
}

function settleMethod(walker: WalkContext, node: HostNode, info: FunctionInfo): void {
  const { usesSuper, privateNames } = info.source.analysis;
  const isBound = (usesSuper && info.home === undefined) || privateNames.size > 0 || isPrivate(walker, info);
  if (!walker.claims.has(node.value) && isBound && !claimByPlace(walker, info)) refuseHomeless(walker, node, usesSuper);
  const claim = walker.claims.get(node.value);
  if (!claim) return;
  info.element = claim;
  const { owner, key, slot, isStatic } = claim;
  node.entry = { ...ownOf(node.entry), kind: "element", class: owner, key, slot, isStatic };
  node.needs = [claim.owner, ...(isNode(claim.key) ? [claim.key] : [])];
}

/** Where its class travels, a private method is the one that the class has; elsewhere nobody can tell it from a copy. */
function isPrivate({ nodes }: WalkContext, { source, look: { location } }: FunctionInfo): boolean {
  if (source.parsed.element?.key.type !== "PrivateIdentifier") return false;
  const start = classOfMethodAt(location);
  return nodes.some(
    ({ fn }) =>
      fn?.classInfo && fn.look.location?.scriptId === location?.scriptId && classStartAt(fn.look.location) === start,
  );
}

/** Arrows that are written into their class are asked of it, with what they have for `this`. */
function settleInside(node: HostNode, { owner, index, isStatic }: NonNullable<FunctionInfo["inside"]>): void {
  node.entry = { ...ownOf(node.entry), kind: "inner", class: owner, index, isStatic, self: node.fn?.self };
  node.needs = [owner];
}

/** What a function has besides its code. */
function ownOf({ properties, extensibility, latePrototype, dropped }: GraphEntry): Common<HostNode> {
  return { properties, extensibility, latePrototype, dropped };
}

function refuseHomeless(walker: WalkContext, node: HostNode, usesSuper: boolean): never {
  const what = usesSuper ? "super" : "private names";
  return walker.refuse(
    { from: node.step, text: node.step.text === "" ? what : ` -> ${what}` },
    {
      reason: `it stands in the code of a class or object, and uses ${what}, whose home cannot be found`,
      hint: "Capture the object or class itself, and call a method on it.",
    },
  );
}
