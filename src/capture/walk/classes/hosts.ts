import type { WalkContext } from "../../graph/context.js";
import { type FunctionInfo, type HostNode, infoOf } from "../../graph/node.js";
import { privateNamesOf } from "../../source/analysis.js";
import { classesAround, classOfMethodAt, classStartAt } from "../../source/class-place.js";
import { isProvenRunOf } from "./same-evaluation.js";

/**
 * Functions and classes that use private names of a class around them are written into that class's text again, where
 * it is captured and known to have made them. Methods of a class come with it.
 */
export function settleHosts(walker: WalkContext): void {
  for (const { fn: info } of walker.nodes) {
    if (!info || info.inside || info.host || info.source.analysis.privateNames.size === 0) continue;
    if (info.source.parts || classOfMethodAt(info.look.location) === undefined) info.host = hostOf(walker, info);
  }
}

/** Whether a class that hosts a function, or one that hosts that class, declares each of the private names. */
export function reachesNames({ host, source }: FunctionInfo): boolean {
  const left = new Set(source.analysis.privateNames);
  for (let at = host?.fn; at; at = at.host?.fn) for (const name of declaredIn(at)) left.delete(name);
  return left.size === 0;
}

/** The nearest class around that declares one of the names; what others declare is found by that class's own host. */
function hostOf(walker: WalkContext, info: FunctionInfo): HostNode | undefined {
  for (const start of classesAround(info.look.location)) {
    const owners = walker.nodes.filter((node) => isClassAt(node, start, info));
    const [one] = owners;
    if (!one || !declaredIn(infoOf(one)).some((name) => info.source.analysis.privateNames.has(name))) continue;
    return owners.find((owner) => isProvenRunOf(walker, owner, info));
  }
  return undefined;
}

function isClassAt({ fn }: HostNode, start: number, { look, source }: FunctionInfo): boolean {
  if (!fn?.classInfo || fn.source === source || fn.look.location?.scriptId !== look.location?.scriptId) return false;
  return classStartAt(fn.look.location) === start;
}

function declaredIn({ source }: FunctionInfo): string[] {
  return source.parts ? [...privateNamesOf(source.parts.node)] : [];
}
