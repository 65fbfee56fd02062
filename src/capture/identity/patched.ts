import { types } from "node:util";
import vm from "node:vm";
import { once } from "../../util/once.js";
import { isInspectorBlocked } from "../inspect/connection.js";
import { nameOf } from "../inspect/function-excerpt.js";
import { lookAtFunction } from "../inspect/look.js";
import { isObject } from "../is-object.js";
import { ownProperty } from "../own-property.js";
import { hiddenIntrinsics } from "../rebuild/intrinsics.js";
import type { Callable } from "../types.js";
import { isInternal } from "./builtins.js";
import { isDataOfBuiltIns } from "./data-objects.js";
import { givenMembers } from "./given-members.js";
import { nodeGlobals } from "./globals.js";
import { isOfEngine } from "./is-native.js";
import { packageOfCode } from "./package-of-code.js";

/** A built-in object whose members code finds without naming it, as a prototype's. */
export interface Owner {
  name: string;
  object: object;
  /** Set where it is a class in JavaScript by a name that Node gives to one, and may be the program's all the same. */
  unproven?: Callable;
}

/** Read from data properties only: getters of the global object would load things. */
export const prototypeOwners = once((): Owner[] => {
  const owners: Owner[] = [];
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const maker = ownProperty(globalThis, name)?.value;
    const object = typeof maker === "function" && !types.isProxy(maker) && maker.prototype;
    if (object && isBuiltInMaker(maker, name)) owners.push({ name: `${name}.prototype`, object, ...proofOf(maker) });
  }
  for (const [name, value] of Object.entries(hiddenIntrinsics())) {
    if (name.endsWith("Prototype%")) owners.push({ name, object: value });
    const object = ownProperty(value, "prototype")?.value;
    if (isObject(object)) owners.push({ name: `${name}.prototype`, object });
  }
  return owners;
});

/** Whether a global class is built in; of those that Node has in JavaScript that is asked when it matters, as it takes long. */
export function isBuiltInMaker(maker: Callable, name: string): boolean {
  return Object.hasOwn(maker, "prototype") && (isOfEngine(maker) || nodeGlobals.includes(name) || isInternal(maker));
}

export function proofOf(maker: Callable): Pick<Owner, "unproven"> {
  return isOfEngine(maker) ? {} : { unproven: maker };
}

/** Prototypes of built-ins where the program added a member of that name, or replaced it. */
export function patchedPrototypes(member: PropertyKey): Owner[] {
  return prototypeOwners().filter((owner) => isPatched(owner, member, isPolyfill));
}

type IsMeant = (code: Callable, member: PropertyKey, owner: Owner) => boolean;

/**
 * Whether the program added a member to a built-in object, or replaced it; `isMeant` tells code of others that means what
 * the engine's does.
 */
export function isPatched(owner: Owner, member: PropertyKey, isMeant: IsMeant): boolean {
  const own = ownProperty(owner.object, member);
  if (!own) return false;
  const code: unknown = own.value ?? own.get ?? own.set;
  if (owner.unproven && (needsNoProof(code, owner.unproven) || !isInternal(owner.unproven))) return false;
  const given = givenMembers(owner.name);
  if (types.isProxy(code)) return true;
  if (typeof code === "function")
    return isInternal(code) ? isAlias(code, member, given) : !isMeant(code, member, owner);
  if (given) return "value" in own && !given.has(member);
  return isAssigned(own) && !DATA_OF_BUILT_INS.has(member) && !isDataOfBuiltIns(owner.name, [`.${String(member)}`]);
}

/** Whether the code of both is in one script: then a class has it by itself, whoever's that is. */
function needsNoProof(code: unknown, maker: Callable): boolean {
  if (isInspectorBlocked()) return true;
  if (typeof code !== "function" || types.isProxy(code)) return false;
  const { location } = lookAtFunction(code as Callable);
  return location !== undefined && location.scriptId === lookAtFunction(maker).location?.scriptId;
}

/** A function of the engine's, put where no engine has it. */
function isAlias(code: Callable, member: PropertyKey, given: ReadonlySet<PropertyKey> | undefined): boolean {
  return given !== undefined && typeof member === "string" && !given.has(member) && nameOf(code) !== member;
}

function isAssigned(own: PropertyDescriptor): boolean {
  return "value" in own && own.writable === true && own.configurable === true;
}

/** Data properties of built-in prototypes that can be written. */
const DATA_OF_BUILT_INS = new Set<PropertyKey>([
  "name",
  "message",
  "constructor",
  "stack",
  "columnNumber",
  "lineNumber",
]);

/** What a package puts in the place of a member that the engine has anyway means the same as the engine's. */
function isPolyfill(code: Callable, member: PropertyKey): boolean {
  return typeof member === "string" && isMeantAlike(code) && standardMembers().has(member);
}

/** The same, where the object itself has the member: what is asked for unwritten is seldom this object's. */
export function isPolyfillThere(code: Callable, member: PropertyKey, { name }: Owner): boolean {
  return isMeantAlike(code) && givenMembers(name)?.has(member) !== false;
}

/** Whether code in the place of the engine's is of a package that does the same, and does not feign another outcome. */
export function isMeantAlike(code: Callable): boolean {
  const name = packageOfCode(code);
  return name !== undefined && !FEIGNS.test(name);
}

/** Packages of fake clocks, spies and mocks. */
export const FEIGNS = /sinon|jest|vitest|tinyspy|mock|fake|timekeeper|testdouble|lolex|msw|nock/;

/** Names of members that some prototype or constructor of the language has, on this version of the engine. */
const standardMembers = once((): ReadonlySet<string> => new Set(runFresh(LIST_MEMBERS)));

function runFresh(code: string): string[] {
  return vm.runInNewContext(code);
}

const LIST_MEMBERS = `Object.getOwnPropertyNames(globalThis).flatMap((name) => {
  const value = globalThis[name];
  const isObject = typeof value === "function" || (typeof value === "object" && value !== null && name !== "globalThis");
  return isObject ? [value, value.prototype].filter(Boolean).flatMap((one) => Object.getOwnPropertyNames(one)) : [];
})`;
