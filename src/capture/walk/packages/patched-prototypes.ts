import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { FunctionInfo } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { declaredAs, variableStep } from "../../graph/variable.js";
import { type Owner, patchedPrototypes } from "../../identity/patched.js";
import type { FreeName } from "../../source/analysis.js";

/** Code that uses a member which the program put on a built-in prototype would miss it on a worker. */
export function refusePatched(walker: WalkContext, step: Step, info: FunctionInfo): void {
  for (const [name, count] of info.source.analysis.memberNames) {
    const owners = walker.patched(name, patchedPrototypes);
    const [first] = owners;
    if (!first || usesOnOwnObjects(info, name, owners) === count) continue;
    walker.refuse(variableStep(step, `${first.name}.${name}`), {
      reason:
        "this program added it to a built-in object or replaced it there, and a worker has the built-in one as it came",
      hint: "Make it a function of its own, and call that; or rename the member, if it belongs to an object of yours.",
    });
  }
}

/** How many uses of the member are of constants whose value does not get it from one of those prototypes. */
function usesOnOwnObjects(info: FunctionInfo, member: string, owners: readonly Owner[]): number {
  let count = 0;
  for (const [name, free] of info.source.analysis.free) {
    const uses = free.uses.filter(({ members }) => members[0] === member).length;
    if (uses > 0 && isOwnConstant(info, name, free) && !getsFrom(valueHere(info, name), member, owners)) count += uses;
  }
  return count;
}

function isOwnConstant(info: FunctionInfo, name: string, { assigned }: FreeName): boolean {
  const kind = declaredAs(info, name)?.kind;
  return !assigned && (kind === "const" || kind === "class" || kind === "function" || kind === "name");
}

function valueHere({ look }: FunctionInfo, name: string): unknown {
  return look.scopes.find(({ values }) => Object.hasOwn(values, name))?.values[name];
}

function getsFrom(value: unknown, member: string, owners: readonly Owner[]): boolean {
  if (value === undefined || value === null) return false;
  for (let at = Object(value); at !== null; at = Object.getPrototypeOf(at)) {
    if (types.isProxy(at) || owners.some(({ object }) => object === at)) return true;
    if (Object.hasOwn(at, member)) return false;
  }
  return false;
}
