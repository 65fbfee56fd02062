import { patchedPrototypeOf } from "../identity/patched.js";
import { variableStep } from "./bindings.js";
import type { FunctionInfo, Step } from "./graph.js";
import type { Walker } from "./walker.js";

/** Code that uses a member which the program put on a built-in prototype would miss it on a worker. */
export function refusePatched(walker: Walker, step: Step, { source }: FunctionInfo): void {
  for (const name of source.analysis.memberNames) {
    const owner = walker.patched(name, patchedPrototypeOf);
    if (owner === undefined) continue;
    walker.refuse(variableStep(step, `${owner}.${name}`), {
      reason:
        "this program added it to a built-in object or replaced it there, and a worker has the built-in one as it came",
      cure: "Make it a function of its own, and call that; or rename the member, if it belongs to an object of yours.",
    });
  }
}
