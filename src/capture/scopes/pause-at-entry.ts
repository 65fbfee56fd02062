import { types } from "node:util";
import type { FunctionInfo } from "../graph/node.js";
import { isInternal } from "../identity/builtins.js";
import { theDebugger } from "../inspect/debugger.js";
import { lookAtFunction } from "../inspect/look.js";
import { atEntry, canProbe, type Pause } from "../inspect/probe.js";
import type { CaptureSession } from "../session.js";
import { declaresWithin } from "../source/declare.js";
import { pausesAtOnce, quietArguments } from "../source/entry.js";
import type { FunctionNode } from "../source/estree.js";
import { sourceOfFunction } from "../source/function-source.js";
import type { Callable } from "../types.js";

/**
 * Pauses a function at its entry and studies it there. Undefined where that could run any of the program's code, or
 * could end the process: see `source/entry.ts` and `source/switch-tag.ts`. `free` is a name that the study reads, which
 * must not mean another variable there.
 */
export function whilePaused<T>(
  session: CaptureSession,
  info: FunctionInfo,
  study: (pause: Pause) => T,
  free?: string,
): T | undefined {
  if (!canProbe()) return undefined;
  const target = targetOf(info, free);
  if (!target) return undefined;
  // To find out about the callers takes the debugger, too, and turning it on is what costs.
  theDebugger.turnOn();
  if (!session.callersAllowPause()) return undefined;
  return atEntry(target.fn, quietArguments(target.node), study);
}

interface Target {
  fn: Callable;
  node: FunctionNode;
}

/** A class cannot be called, but its methods stand in the same scopes. */
function targetOf({ fn, source }: FunctionInfo, free: string | undefined): Target | undefined {
  const node = source.functionNode;
  if (node) return isFit(node, free) ? { fn, node } : undefined;
  for (const method of methodsOf(fn)) {
    const found = sourceOfFunction(method, lookAtFunction(method).location);
    const code = found?.functionNode;
    if (code && source.text.includes(found.text) && isFit(code, free)) return { fn: method, node: code };
  }
  return undefined;
}

function isFit(node: FunctionNode, free: string | undefined): boolean {
  return pausesAtOnce(node) && (free === undefined || !declaresWithin(node, free));
}

function methodsOf(fn: Callable): Callable[] {
  const owned = ([fn.prototype, fn] as object[]).flatMap((holder) =>
    Reflect.ownKeys(holder)
      .filter((key) => key !== "constructor")
      .map((key) => Object.getOwnPropertyDescriptor(holder, key)),
  );
  return owned.map((own) => own?.value ?? own?.get).filter(isCode);
}

function isCode(value: unknown): value is Callable {
  return typeof value === "function" && !types.isProxy(value) && !isInternal(value);
}
