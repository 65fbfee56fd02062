import { types } from "node:util";
import vm from "node:vm";
import { lookAtFunction } from "../inspect/look.js";
import { scriptOf } from "../inspect/scripts.js";
import { ownProperty } from "../own-property.js";
import { hiddenIntrinsics } from "../rebuild/intrinsics.js";
import type { Callable, Loose } from "../types.js";
import { isInternal } from "./builtins.js";
import { isDataOfBuiltIns } from "./data-objects.js";
import { packageOfFile } from "./packages.js";

/** A built-in object whose members code finds without naming it, as a prototype's. */
export interface Owner {
  name: string;
  object: object;
}

let prototypes: Owner[] | undefined;

/** Read from data properties only: getters of the global object would load things. */
function prototypeOwners(): Owner[] {
  if (prototypes) return prototypes;
  const owners: Owner[] = [];
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const maker = ownProperty(globalThis, name)?.value;
    const object = typeof maker === "function" && !types.isProxy(maker) && maker.prototype;
    if (object && isBuiltInMaker(maker)) owners.push({ name: `${name}.prototype`, object });
  }
  for (const [name, value] of Object.entries(hiddenIntrinsics())) {
    if (name.endsWith("Prototype%")) owners.push({ name, object: value });
    else if ((value as Loose).prototype) owners.push({ name: `${name}.prototype`, object: (value as Loose).prototype });
  }
  prototypes = owners;
  return owners;
}

function isBuiltInMaker(maker: Callable): boolean {
  return isInternal(maker) && Object.hasOwn(maker, "prototype");
}

/** Prototypes of built-ins where the program added a member of that name, or replaced it. */
export function patchedPrototypes(member: string): Owner[] {
  return prototypeOwners().filter(
    ({ name, object }) => isPatched(object, member) && !isDataOfBuiltIns(name, [`.${member}`]),
  );
}

/** Whether the program added a member to a built-in object, or replaced it. */
export function isPatched(owner: object, member: string): boolean {
  const own = ownProperty(owner, member);
  if (!own) return false;
  const code = own.value ?? own.get ?? own.set;
  if (typeof code === "function" && !types.isProxy(code)) return !isInternal(code) && !isPolyfill(code, member);
  return "value" in own && own.writable === true && own.configurable === true && !DATA_OF_BUILT_INS.has(member);
}

/** Data properties of built-in prototypes that can be written. */
const DATA_OF_BUILT_INS = new Set(["name", "message", "constructor", "stack", "columnNumber", "lineNumber"]);

/** What a package puts in the place of a member that the engine has anyway means the same as the engine's. */
function isPolyfill(code: Callable, member: string): boolean {
  const { location } = lookAtFunction(code);
  const script = location && scriptOf(location.scriptId);
  return script !== undefined && packageOfFile(script.url) !== undefined && standardMembers().has(member);
}

let members: ReadonlySet<string> | undefined;

/** Names of members that some prototype or constructor of the language has, on this version of the engine. */
function standardMembers(): ReadonlySet<string> {
  members ??= new Set(runFresh(LIST_MEMBERS));
  return members;
}

function runFresh(code: string): string[] {
  return vm.runInNewContext(code);
}

const LIST_MEMBERS = `Object.getOwnPropertyNames(globalThis).flatMap((name) => {
  const value = globalThis[name];
  const isObject = typeof value === "function" || (typeof value === "object" && value !== null && name !== "globalThis");
  return isObject ? [value, value.prototype].filter(Boolean).flatMap((one) => Object.getOwnPropertyNames(one)) : [];
})`;
