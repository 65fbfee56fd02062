import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { ClassInfo, FunctionInfo, HostNode } from "../../graph/node.js";
import { nameOf } from "../../inspect/function-excerpt.js";
import { lookAtFunction } from "../../inspect/look.js";
import { isObject } from "../../is-object.js";
import { privateNamesOf } from "../../source/analysis.js";
import { type ClassPlace, classAround, classStartAt } from "../../source/class-place.js";
import { sourceOfFunction } from "../../source/function-source.js";
import type { Callable } from "../../types.js";
import { receiverOf } from "../functions/arrow-this.js";

/**
 * Arrows that use `super` or private names are written into their class again, which is found through their `this`. A
 * node that this leaves as it is may find its class in the end, see `hosts.ts`, or is refused.
 */
export function placeInClass(walker: WalkContext, node: HostNode): void {
  const info = node.fn as FunctionInfo;
  const { usesSuper, privateNames, outerArguments } = info.source.analysis;
  if (!info.source.isArrow || !(usesSuper || privateNames.size > 0)) return;
  if (usesSuper && outerArguments.length > 0) return;
  const place = classAround(info.look.location);
  if (!place) return;
  const self = receiverOf(walker.session, info)?.self;
  const made = isObject(self) ? makerOf(place, self) : undefined;
  if (!made) return;
  const owner = walker.encode(made, { from: node.step, text: " (its class)" });
  if (!owner.fn?.classInfo || !declaresAll(owner.fn, privateNames)) return;
  if (usesSuper) enter(info, place, owner);
  else info.host = owner;
}

/** The one class of that place along the prototypes of `this`, or `this` itself for static code. */
function makerOf(place: ClassPlace, self: object): Callable | undefined {
  const found = new Set(place.isStatic ? [self] : constructorsOf(self));
  const made = [...found].filter((one): one is Callable => typeof one === "function" && isFrom(place, one));
  return made.length === 1 ? made[0] : undefined;
}

function constructorsOf(self: object): unknown[] {
  const found: unknown[] = [];
  for (let at: object | null = self; at && !types.isProxy(at); at = Object.getPrototypeOf(at)) {
    found.push(Object.getOwnPropertyDescriptor(at, "constructor")?.value);
  }
  return found;
}

function isFrom({ scriptId, classStart }: ClassPlace, fn: Callable): boolean {
  if (types.isProxy(fn)) return false;
  const { location } = lookAtFunction(fn);
  if (location?.scriptId !== scriptId || !sourceOfFunction(fn, location)?.parts) return false;
  return classStartAt(location) === classStart;
}

function declaresAll({ source }: FunctionInfo, names: ReadonlySet<string>): boolean {
  const declared = source.parts ? privateNamesOf(source.parts.node) : new Set();
  return [...names].every((name) => declared.has(name));
}

/** The class's own name means the class inside its text, whatever the variable of that name holds. */
function enter(info: FunctionInfo, { offset, isStatic }: ClassPlace, owner: HostNode): void {
  const { classInfo, source } = owner.fn as FunctionInfo & { classInfo: ClassInfo };
  if (source.text.slice(offset, offset + info.source.text.length) !== info.source.text) return;
  const ownName = source.parts?.node.id?.name;
  info.references = info.references.filter(
    ({ name, value, assigned }) => name !== ownName || value !== owner.value || assigned,
  );
  let index = classInfo.inner.findIndex((one) => one.offset === offset && nameOf(one.info.fn) === nameOf(info.fn));
  if (index < 0) index = classInfo.inner.push({ info, offset, isStatic, passed: new Set() }) - 1;
  info.inside = { owner, index, isStatic };
}
