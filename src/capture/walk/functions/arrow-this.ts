import type { WalkContext } from "../../graph/context.js";
import type { FunctionInfo, HostNode } from "../../graph/node.js";
import { receiverInHeap } from "../../scopes/heap-scopes.js";
import { whilePaused } from "../../scopes/pause-at-entry.js";
import type { CaptureSession } from "../../session.js";
import { nodePath } from "../../source/script.js";
import type { Callable } from "../../types.js";

interface Receiver {
  self: unknown;
}

/** An arrow keeps its `this` for ever, so it is asked for once. */
const receivers = new WeakMap<Callable, Receiver>();

/** Captures the `this` of an arrow that uses it, which no scope shows. */
export function arrowReceiver(walker: WalkContext, node: HostNode): void {
  const info = node.fn as FunctionInfo;
  if (!info.source.isArrow) return;
  const args = info.references.find((one) => one.name === "arguments" && one.view >= 0);
  if (args) info.args = args.encoded;
  if (!info.source.analysis.usesThis && !info.inside) return;
  const step = { from: node.step, text: node.step.text === "" ? "this" : " -> this" };
  const found = receiverOf(walker.session, info);
  if (!found) {
    walker.refuse(step, {
      reason: "an arrow function's this cannot be read here",
      hint: "Copy what you need of it into a variable first, as in `const self = this`.",
    });
  }
  info.self = walker.encode(found.self, step);
}

export function receiverOf(session: CaptureSession, info: FunctionInfo): Receiver | undefined {
  const known = receivers.get(info.fn);
  if (known) return known;
  if (standsInModule(info)) return { self: undefined };
  const receiver = read(session, info);
  if (receiver) receivers.set(info.fn, receiver);
  return receiver;
}

function read(session: CaptureSession, info: FunctionInfo): Receiver | undefined {
  const found = whilePaused(session, info, (pause) => pause.read("this"));
  if (!found) return receiverInHeap(session, info);
  return found.failed ? undefined : { self: found.value };
}

const GIVES_RECEIVER = /^(FunctionDeclaration|FunctionExpression|PropertyDefinition|StaticBlock)$/;

/** An arrow of a module that no other function or class stands around has the module's `this`, which is undefined. */
function standsInModule({ script, look }: FunctionInfo): boolean {
  if (!script?.isModule || !look.location) return false;
  const around = nodePath(look.location).slice(0, -1);
  return around.length > 0 && !around.some(({ type }) => GIVES_RECEIVER.test(type));
}
