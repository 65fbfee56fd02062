import Module from "node:module";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";

/** Whether a value is the `module` of a CommonJS file, which leads to every other module of the program. */
export function isCommonJsModule(value: object): boolean {
  return Object.getPrototypeOf(value) === Module.prototype;
}

export function refuseModule(walker: WalkContext, node: HostNode): never {
  return walker.refuse(node.step, {
    reason: "it is the module object of a file, which leads to every module that this program has loaded",
    hint: "Use its exports by their names, as in module.exports.NAME.",
  });
}
