import type { WalkContext } from "../../graph/context.js";
import type { FunctionInfo, HostNode } from "../../graph/node.js";
import { type Step, stepTo } from "../../graph/path.js";
import { variableStep } from "../../graph/variable.js";
import { patchedPrototypes } from "../../identity/patched.js";
import { type PatchedHook, patchedHooks } from "../../identity/unwritten-hooks.js";
import { touchesOf } from "../../source/touches.js";
import { type UnwrittenCall, unwrittenCallsOf, unwrittenCallsOfMember } from "../../source/unwritten-calls.js";
import { resolveKey } from "./resolve-key.js";

/**
 * A worker's built-in objects are as they came. So code is refused that may come upon a member which the program put on
 * one of them without its name being written: by a key that a constant holds, or because the language asks for it.
 */
export function refusePatchedHooks(walker: WalkContext): void {
  const hooks = new Map<UnwrittenCall, PatchedHook[]>();
  for (const node of walker.nodes) {
    for (const call of callsOf(node)) {
      const found = hooks.get(call) ?? [...patchedHooks(call)];
      hooks.set(call, found);
      const [first] = found;
      if (first) refuse(walker, node.step, first, `${WHEN[call]} asks for it`);
    }
    if (node.fn) refuseKeys(walker, node.step, node.fn);
  }
}

/** Those of captured code, or of a built-in function that was captured by another name. */
function callsOf({ fn, entry, value }: HostNode): Iterable<UnwrittenCall> {
  if (fn) return unwrittenCallsOf(fn.source);
  const last = entry.kind === "builtin" && typeof value === "function" ? entry.path.at(-1) : undefined;
  return last === undefined ? [] : unwrittenCallsOfMember(last.slice(1));
}

function refuseKeys(walker: WalkContext, step: Step, info: FunctionInfo): void {
  for (const node of touchesOf(info.source).keys) {
    const key = resolveKey(info, node);
    const [owner] = key === undefined ? [] : walker.patched(key, patchedPrototypes);
    if (owner && key !== undefined) refuse(walker, step, { owner, key }, "the function uses a member of that name");
  }
}

function refuse(walker: WalkContext, step: HostNode["step"], { owner, key }: PatchedHook, why: string): never {
  const { description = "" } = typeof key === "symbol" ? key : {};
  const member = description.startsWith("Symbol.") ? `[${description}]` : stepTo(undefined, key).text;
  return walker.refuse(variableStep(step, owner.name + member), {
    reason: `this program put it on a built-in object, which a worker has as it came, and ${why}`,
    hint: HINT,
  });
}

const HINT =
  "Let the setup option put it there, and not this program; or name the function by { module, name }, in a module that puts it there.";

/** What in the function's code asks. */
const WHEN: Readonly<Record<UnwrittenCall, string>> = {
  stringify: "JSON.stringify, which the function uses,",
  toText: "making text of a value, as the function does,",
  toNumber: "reckoning with a value, as the function does,",
  iterate: "going through a list, as the function does,",
  iterateAsync: "for await, which the function uses,",
  await: "waiting for a value, as the function does,",
  instanceof: "instanceof, which the function uses,",
  listKeys: "for … in, which the function uses,",
  match: "matching text, as the function does,",
  makeAlike: "a method that makes a new list or promise, as the function uses one,",
  collect: "new Map() or new Set(), which the function uses,",
  concat: "concat, which the function uses,",
  readStack: "an error whose stack the function reads",
  dispose: "using, which the function uses,",
};
