import { types } from "node:util";
import { isInternal } from "../identity/builtins.js";
import { isStandardGlobal, languageMembers } from "../identity/globals.js";
import type { Use } from "../source/uses.js";
import type { Step } from "./graph.js";
import { stepTo } from "./properties.js";
import type { Walker } from "./walker.js";

/** Loggers and test runners put their own functions there; on a worker, its own ones are what is wanted. */
const ABOUT_THE_PROCESS = new Set(["console", "process"]);

/**
 * A built-in object is the worker's own there, without what this program added to it or replaced in it. `root` is the
 * name of the global that `owner` is.
 */
export function refuseAddedMember(
  walker: Walker,
  owner: object,
  root: string,
  { members, end }: Use,
  step: Step,
): void {
  const [name] = members;
  if (name === undefined || ABOUT_THE_PROCESS.has(root) || (end === "write" && members.length === 1)) return;
  const own = Object.getOwnPropertyDescriptor(owner, name);
  if (!own) return;
  if (owner === globalThis) {
    if (!isStandardGlobal(name)) walker.refuse(stepTo(step, name), addedToGlobal);
  } else if (isReplaced(own.value)) walker.refuse(stepTo(step, name), replaced);
  else if (isData(own) && languageMembers(root)?.has(name) === false) walker.refuse(stepTo(step, name), added);
}

/** Functions that are not the program's own are the engine's, and came with it. */
function isData(own: PropertyDescriptor): boolean {
  return "value" in own && typeof own.value !== "function";
}

function isReplaced(member: unknown): boolean {
  return typeof member === "function" && !types.isProxy(member) && !isInternal(member);
}

const addedToGlobal = {
  reason: "this program put it on the global object, which a worker does not share",
  cure: "Keep it in a variable, and capture that.",
};

const replaced = {
  reason: "this program replaced it, and a worker has the built-in one",
  cure: "Capture your own function in a variable, and call that.",
};

const added = {
  reason: "this program put it on a built-in object, which a worker has as it came",
  cure: "Keep it in a variable, and capture that.",
};
