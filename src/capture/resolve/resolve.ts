import type { CompleteGraph, Roots } from "../graph/complete-graph.js";
import type { WalkContext } from "../graph/context.js";
import type { HostNode } from "../graph/node.js";
import type { Properties } from "../payload/entry.js";
import { addProperty } from "../payload/properties.js";
import { settleLiveImports } from "../scopes/live-imports.js";
import { scopeTree } from "../scopes/scope-tree.js";
import { settleChangedMembers } from "../walk/builtins/changed-members.js";
import { refusePatchedHooks } from "../walk/builtins/unwritten-calls.js";
import { settleHosts } from "../walk/classes/hosts.js";
import { firstImports } from "../walk/packages/first-imports.js";
import { finishPartial } from "../walk/packages/partial-objects.js";
import { refuseLiveArguments } from "../walk/values/arguments.js";
import { settlePools } from "../walk/values/binary.js";
import { settleOwnNames } from "./contested-names.js";
import { creationOrder } from "./creation-order.js";
import { settleElements } from "./elements.js";
import { settleHomes } from "./home-object.js";
import { settlePackages } from "./packages.js";
import { markConstants } from "./shared-constants.js";
import { refuseStamped } from "./stray-privates.js";
import { refuseTemplateObjects } from "./template-objects.js";
import { refuseLostReferences } from "./weak-refs.js";

/**
 * Decides what only the whole graph can tell, and completes it. What walks on comes first, so that whatever is met last
 * is treated like all else; then each step may rely on those before it. In the end the walker is closed.
 */
export function resolve(walker: WalkContext, roots: Roots): CompleteGraph {
  walkOn(walker);
  settlePools(walker);
  for (const node of walker.nodes) finishPartial(node);
  settleHosts(walker);
  settleElements(walker);
  refuseStamped(walker);
  refusePatchedHooks(walker);
  refuseTemplateObjects(walker);
  refuseLostReferences(walker);
  refuseLiveArguments(walker);
  settlePackages(walker);
  const coded = walker.nodes.filter((node) => node.fn && !node.fn.element);
  settleOwnNames(coded);
  settleLiveImports(walker, coded);
  const units = scopeTree(walker, coded);
  markConstants(walker.nodes, [...walker.globals.values()]);
  const heap = creationOrder(walker.nodes, (node) => refuseCircle(walker, node));
  walker.close();
  const { packages, blobs } = walker;
  return { ...roots, heap, coded, units, packages, first: firstImports(walker), blobs, globals: globalsOf(walker) };
}

/** What `super` means, and what code asks the global object for, leads to more code, which may ask in turn. */
function walkOn(walker: WalkContext): void {
  for (let known = -1; known !== walker.nodes.length; ) {
    known = walker.nodes.length;
    settleHomes(walker);
    settleChangedMembers(walker);
  }
}

function globalsOf({ globals }: WalkContext): Properties<HostNode> {
  const list: Properties<HostNode> = [];
  for (const { key, property } of globals.values()) addProperty(list, key, property);
  return list;
}

function refuseCircle(walker: WalkContext, { step }: HostNode): never {
  return walker.refuse(step, {
    reason: "making it takes objects that are made of it in turn",
    hint: "Make one of them inside the function.",
  });
}
