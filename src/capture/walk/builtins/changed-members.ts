import process from "node:process";
import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { FunctionInfo, HostNode } from "../../graph/node.js";
import { type Step, stepTo } from "../../graph/path.js";
import { variableStep } from "../../graph/variable.js";
import { builtinOf } from "../../identity/builtins.js";
import { changeOf, changesOf, isGlobalObject } from "../../identity/changed-builtins.js";
import { packageOfFile } from "../../identity/packages.js";
import { isObject } from "../../is-object.js";
import { ownProperty } from "../../own-property.js";
import { type Touch, touchesOf } from "../../source/touches.js";
import { additionsTo, captureGlobal, refuseAssignedBothWays } from "./captured-globals.js";
import { additionRefusal, REFUSALS, REFUSED_ARGUMENTS, SET_TWICE } from "./refusals-of-changes.js";
import { resolveKey } from "./resolve-key.js";
import { valueOfMember, valueOfName } from "./value-of-name.js";

/**
 * A built-in object is the worker's own there, without what this program added to it or replaced in it. So what code asks the
 * global object for travels, and code that asks another one for such a member is refused, however it names the member; where
 * the key is known only when the code runs, all that the program added counts as asked for. May walk on.
 */
export function settleChangedMembers(walker: WalkContext): void {
  const open: Found[] = [];
  const assigned = new Set<PropertyKey>();
  // The list grows as globals are captured.
  for (const node of walker.nodes) {
    if (!node.fn) continue;
    for (const touch of touchesOf(node.fn.source).touches) {
      const found = follow(walker, node, node.fn, touch, assigned);
      if (found) check(walker, node.fn, found, touch, { open, assigned });
    }
  }
  for (const found of open) settleNamed(walker, found);
  refuseAssignedBothWays(walker, assigned);
}

/** A built-in object that code gets at, and the way there. */
interface Found {
  owner: object;
  step: Step;
}

/** What is found out on the way. */
interface Finds {
  /** Objects that are handed on. */
  open: Found[];
  /** Keys of the global object that code may assign. */
  assigned: Set<PropertyKey>;
}

/** Undefined where the names lead to none. */
function follow(
  walker: WalkContext,
  node: HostNode,
  info: FunctionInfo,
  { root, path, kind }: Touch,
  assigned: Set<PropertyKey>,
): Found | undefined {
  let at = valueOfName(info, root);
  let step = variableStep(node.step, root);
  for (const [index, key] of path.entries()) {
    if (!isObject(at) || types.isProxy(at)) return undefined;
    const isLast = index === path.length - 1;
    if (isBuiltIn(walker, at)) {
      if (isLast && kind !== "name" && isGlobalObject(at)) assigned.add(key);
      if (isLast && kind === "write") checkSet(walker, at, key, stepTo(step, key));
      else settle(walker, info, at, key, stepTo(step, key));
    }
    at = valueOfMember(at, key);
    step = stepTo(step, key);
  }
  return isObject(at) && !types.isProxy(at) && isBuiltIn(walker, at) ? { owner: at, step } : undefined;
}

/** What was captured is known; a global that the code names has not been. */
function isBuiltIn(walker: WalkContext, value: object): boolean {
  const node = walker.known(value);
  return node ? node.entry.kind === "builtin" : builtinOf(value) !== undefined;
}

/** A member that code reads. */
function settle(walker: WalkContext, info: FunctionInfo, owner: object, key: PropertyKey, step: Step): void {
  if (owner === process.argv && Object.hasOwn(owner, key) && key !== "length") checkArguments(walker, info, step);
  const change = changeOf(owner, key);
  if (change && !captureGlobal(walker, owner, key, step)) walker.refuse(step, REFUSALS[change]);
}

/** Packages look there for what to call the program, and get the worker's own, as they do where a worker loads them. */
function checkArguments(walker: WalkContext, { script }: FunctionInfo, step: Step): void {
  if (!script || packageOfFile(script.url) === undefined) walker.refuse(step, REFUSED_ARGUMENTS);
}

/** What a setup sets is for the calls, which are given what is there now. */
function checkSet(walker: WalkContext, owner: object, key: PropertyKey, step: Step): void {
  if (isGlobalObject(owner) && walker.options.setupBefore?.has(key)) walker.refuse(step, SET_TWICE);
}

function check(walker: WalkContext, info: FunctionInfo, found: Found, { kind, key }: Touch, finds: Finds): void {
  if (kind === "escape") finds.open.push(found);
  if (kind !== "key" && kind !== "keys") return;
  const named = key && resolveKey(info, key);
  if (named !== undefined) {
    if (isGlobalObject(found.owner)) finds.assigned.add(named);
    settle(walker, info, found.owner, named, stepTo(found.step, named));
    return;
  }
  for (const one of changesOf(found.owner)) {
    const step = stepTo(found.step, one);
    const isMeant = kind === "key" ? mayBeKey(walker, one) : isListed(found.owner, one);
    if (!isMeant || (kind === "key" && captureGlobal(walker, found.owner, one, step))) continue;
    walker.refuse(step, additionRefusal(kind));
  }
}

/** A key that is known only when the code runs may be any text; nobody has a symbol that was not captured. */
function mayBeKey({ nodes }: WalkContext, key: PropertyKey): boolean {
  if (typeof key !== "symbol" || Symbol.keyFor(key) !== undefined) return true;
  return nodes.some(({ value, fn }) => value === key || fn?.references.some((one) => one.value === key));
}

function isListed(owner: object, key: PropertyKey): boolean {
  return ownProperty(owner, key)?.enumerable === true;
}

/** Code that was handed the object may ask for what its text, or the text of other captured code, names. */
function settleNamed(walker: WalkContext, { owner, step }: Found): void {
  const isNamed = (key: PropertyKey): boolean => walker.nodes.some(({ fn }) => fn && names(fn, key));
  // Also what packages put there: their code may be among what travels.
  for (const key of additionsTo(owner)) if (isNamed(key)) captureGlobal(walker, owner, key, stepTo(step, key));
  for (const key of changesOf(owner)) {
    const isMeant = isNamed(key) || (isGlobalObject(owner) && walker.nodes.some(({ fn }) => fn && hasUnknownKey(fn)));
    const at = stepTo(step, key);
    if (isMeant && !captureGlobal(walker, owner, key, at)) walker.refuse(at, additionRefusal("escape"));
  }
}

function names(info: FunctionInfo, key: PropertyKey): boolean {
  if (typeof key === "string" && info.source.analysis.memberNames.has(key)) return true;
  return touchesOf(info.source).keys.some((one) => resolveKey(info, one) === key);
}

/** Of keys that are known only when the code runs, most are of lists: only the global object is handed on to be asked so. */
function hasUnknownKey(info: FunctionInfo): boolean {
  return touchesOf(info.source).keys.some((one) => resolveKey(info, one) === undefined);
}
