import { types } from "node:util";
import type { WalkContext } from "../graph/context.js";
import type { FunctionInfo } from "../graph/node.js";
import { lookAtFunction } from "../inspect/look.js";
import { isObject } from "../is-object.js";
import { homeInHeap } from "../scopes/heap-scopes.js";
import type { CaptureSession } from "../session.js";
import { classOfMethodAt, classStartAt } from "../source/class-place.js";
import { sourceOfFunction } from "../source/function-source.js";
import { surroundingObject } from "../source/literal.js";
import type { Callable } from "../types.js";
import { claimByPlace } from "../walk/classes/find-methods.js";
import { isProvenRun } from "../walk/classes/same-evaluation.js";

/** Finds what `super` means in methods that travel without a class: the prototype of the object they were written in. */
export function settleHomes(walker: WalkContext): void {
  for (const node of walker.nodes) {
    const info = node.fn;
    if (!info?.source.parsed.element || !info.source.analysis.usesSuper || walker.claims.has(node.value)) continue;
    if (claimByPlace(walker, info)) continue;
    const home = homeOf(walker.session, info);
    if (home === undefined) continue;
    info.home = walker.encode(home.proto, { from: node.step, text: " super" });
    walker.finish();
  }
}

interface Home {
  proto: object | null;
}

function homeOf(session: CaptureSession, info: FunctionInfo): Home | undefined {
  const home = constantHome(info) ?? classHome(session, info) ?? homeInHeap(session, info.fn);
  return isObject(home) && !types.isProxy(home) ? { proto: Object.getPrototypeOf(home) } : undefined;
}

/** The value of a constant whose initialiser is the literal: in the method's own scopes it is the same run's object. */
function constantHome(info: FunctionInfo): object | undefined {
  const name = surroundingObject(info.look.location)?.constant;
  const declarations = info.source.surroundings()?.scopes.filter(({ names }) => name !== undefined && names.has(name));
  if (name === undefined || declarations?.length !== 1) return undefined;
  const found = variablesOf(info).find((values) => Object.hasOwn(values, name))?.[name];
  return isObject(found) && !types.isProxy(found) && holds(found, info.fn) ? found : undefined;
}

/** A class in sight that made the method, or its prototype: whichever the method is on. */
function classHome(session: CaptureSession, info: FunctionInfo): object | undefined {
  if (info.source.parsed.wrapping === "expression") return undefined;
  const candidates = new Set(variablesOf(info).flatMap((values) => Object.values(values)));
  for (const one of candidates) {
    if (typeof one !== "function" || types.isProxy(one) || !isMadeBy(session, info, one)) continue;
    const home = [one.prototype, one].find((holder) => isObject(holder) && holds(holder, info.fn));
    if (home) return home;
  }
  return undefined;
}

function variablesOf({ look }: FunctionInfo): Record<string, unknown>[] {
  const end = look.scopes.findIndex(({ description }) => description.startsWith("Global"));
  return look.scopes.slice(0, end < 0 ? undefined : end).map(({ values }) => values);
}

function isMadeBy(session: CaptureSession, info: FunctionInfo, fn: Callable): boolean {
  const { location } = info.look;
  const around = lookAtFunction(fn).location;
  if (!around || around.scriptId !== location?.scriptId || !sourceOfFunction(fn, around)?.parts) return false;
  const start = classOfMethodAt(location);
  return start !== undefined && classStartAt(around) === start && isProvenRun(session, fn, info);
}

function holds(holder: object, method: Callable): boolean {
  return Reflect.ownKeys(holder).some((key) => {
    const own = Object.getOwnPropertyDescriptor(holder, key);
    return own?.value === method || own?.get === method || own?.set === method;
  });
}
