import { nodePath } from "../source/script.js";
import type { Callable } from "../types.js";
import type { FunctionInfo, HostNode } from "./graph.js";
import { receiverInHeap } from "./in-heap.js";
import { whilePaused } from "./probing.js";
import type { Walker } from "./walker.js";

interface Receiver {
  self: unknown;
}

/** An arrow keeps its `this` for ever, so it is asked for once. */
const receivers = new WeakMap<Callable, Receiver>();

/** Captures the `this` of an arrow that uses it, which no scope shows. */
export function arrowReceiver(walker: Walker, node: HostNode): void {
  const info = node.fn as FunctionInfo;
  if (!info.source.isArrow) return;
  const args = info.references.find((one) => one.name === "arguments" && one.view >= 0);
  if (args) info.args = args.encoded;
  if (!info.source.analysis.usesThis && !info.inside) return;
  const step = { from: node.step, text: node.step.text === "" ? "this" : " -> this" };
  const found = receiverOf(info);
  if (!found) {
    walker.refuse(step, {
      reason: "an arrow function's this cannot be read here",
      cure: "Copy what you need of it into a variable first, as in `const self = this`.",
    });
  }
  info.self = walker.encode(found.self, step);
}

export function receiverOf(info: FunctionInfo): Receiver | undefined {
  const known = receivers.get(info.fn);
  if (known) return known;
  if (standsInModule(info)) return { self: undefined };
  const receiver = read(info);
  if (receiver) receivers.set(info.fn, receiver);
  return receiver;
}

function read(info: FunctionInfo): Receiver | undefined {
  const found = whilePaused(info, (pause) => pause.read("this"));
  if (!found) return receiverInHeap(info);
  return found.failed ? undefined : { self: found.value };
}

const GIVES_RECEIVER = /^(FunctionDeclaration|FunctionExpression|PropertyDefinition|StaticBlock)$/;

/** An arrow of a module that no other function or class stands around has the module's `this`, which is undefined. */
function standsInModule({ script, look }: FunctionInfo): boolean {
  if (!script?.isModule || !look.location) return false;
  const around = nodePath(look.location).slice(0, -1);
  return around.length > 0 && !around.some(({ type }) => GIVES_RECEIVER.test(type));
}
