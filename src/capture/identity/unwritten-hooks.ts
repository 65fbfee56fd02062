import { types } from "node:util";
import { ownProperty } from "../own-property.js";
import { hiddenIntrinsics } from "../rebuild/intrinsics.js";
import type { UnwrittenCall } from "../source/unwritten-calls.js";
import type { Callable } from "../types.js";
import { isInternal } from "./builtins.js";
import { packageOfCode } from "./package-of-code.js";
import { isBuiltInMaker, isPatched, isPolyfillThere, type Owner, proofOf, prototypeOwners } from "./patched.js";
import { isWorkersOwn } from "./workers-own.js";

/** What the language asks on its own behalf, and of whom. */
interface Hook {
  keys: readonly PropertyKey[];
  /** Names of the owners; all prototypes by default. */
  of?: RegExp;
}

const COLLECTIONS = /^(Weak)?(Map|Set)\.prototype$/;
const OBJECTS = /^(?!(Number|String|Boolean|BigInt|Symbol)\.)/;
const ITERATORS = /Iterator(Prototype%|\.prototype)$|GeneratorPrototype%$/;

const HOOKS: Readonly<Record<UnwrittenCall, readonly Hook[]>> = {
  stringify: [{ keys: ["toJSON"] }, { keys: ["toISOString"], of: /^Date\./ }],
  toText: [
    { keys: ["toString", Symbol.toPrimitive], of: OBJECTS },
    { keys: [Symbol.toStringTag], of: /^(Object|Array|Function|Error|Date|RegExp|Map|Set|Promise)\./ },
    { keys: ["join"], of: /^(Array|%TypedArray%)\./ },
    { keys: [Symbol.toPrimitive], of: /^Symbol\./ },
  ],
  toNumber: [{ keys: ["valueOf", Symbol.toPrimitive], of: OBJECTS }],
  iterate: [{ keys: [Symbol.iterator] }, { keys: ["next", "return"], of: ITERATORS }],
  iterateAsync: [{ keys: [Symbol.asyncIterator] }, { keys: ["next", "return"], of: ITERATORS }],
  await: [{ keys: ["then"] }, { keys: ["constructor"], of: /^Promise\./ }],
  instanceof: [],
  listKeys: [],
  match: [
    { keys: ["exec", "flags"], of: /^RegExp\./ },
    { keys: [Symbol.match, Symbol.matchAll, Symbol.replace, Symbol.search, Symbol.split] },
  ],
  makeAlike: [{ keys: ["constructor"], of: /^(Array|%TypedArray%|Promise|RegExp|ArrayBuffer|\w+Array)\.prototype$/ }],
  collect: [{ keys: ["set", "add"], of: COLLECTIONS }],
  concat: [{ keys: [Symbol.isConcatSpreadable] }],
  readStack: [],
  dispose: [{ keys: [Symbol.dispose ?? "dispose", Symbol.asyncDispose ?? "asyncDispose"] }],
};

/** A member of a built-in object that the program put there, and that the language asks for by itself. */
export interface PatchedHook {
  owner: Owner;
  key: PropertyKey;
}

/** Those that code with such calls may come upon. */
export function* patchedHooks(call: UnwrittenCall): Generator<PatchedHook> {
  for (const { keys, of = /^/ } of HOOKS[call])
    for (const owner of prototypeOwners())
      if (of.test(owner.name)) for (const key of keys) if (isHookPatched(owner, key)) yield { owner, key };
  if (call === "listKeys") yield* listedKeys();
  if (call === "instanceof") yield* onMakers([Symbol.hasInstance]);
  if (call === "makeAlike") yield* onMakers([Symbol.species]);
  if (call === "await") yield* onMakers(["resolve", Symbol.species], /^Promise$/);
  if (call === "readStack") yield* onMakers(["prepareStackTrace"], /^Error$/, leadsToSources);
}

function isHookPatched(owner: Owner, key: PropertyKey): boolean {
  return key === "constructor" ? isOtherMaker(owner.object) : isPatched(owner, key, isPolyfillThere);
}

/** Packages write stacks that lead to the sources, as a worker's do. */
function leadsToSources(code: Callable): boolean {
  return packageOfCode(code) !== undefined || isWorkersOwn(code);
}

/** Each prototype of the language has its own maker. */
function isOtherMaker(prototype: object): boolean {
  const maker: unknown = ownProperty(prototype, "constructor")?.value;
  return typeof maker !== "function" || types.isProxy(maker) || !isInternal(maker);
}

/** `for … in` lists what a program's assignment put on the prototypes of objects, lists and functions. */
function* listedKeys(): Generator<PatchedHook> {
  for (const owner of prototypeOwners())
    if (/^(Object|Array|Function|%TypedArray%)\.prototype$/.test(owner.name))
      for (const key of Object.keys(owner.object)) yield { owner, key };
}

function* onMakers(keys: readonly PropertyKey[], of = /^/, isMeant = isPolyfillThere): Generator<PatchedHook> {
  for (const owner of makersWith(keys))
    if (of.test(owner.name)) for (const key of keys) if (isPatched(owner, key, isMeant)) yield { owner, key };
}

/** Classes of the language and of Node that have such members, by their global names; see `prototypeOwners` for what is not read. */
function* makersWith(keys: readonly PropertyKey[]): Generator<Owner> {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const object: unknown = ownProperty(globalThis, name)?.value;
    if (isMaker(object, keys, name)) yield { name, object, ...proofOf(object) };
  }
  yield { name: "%TypedArray%", object: hiddenIntrinsics()["%TypedArray%"] as object };
}

function isMaker(value: unknown, keys: readonly PropertyKey[], name: string): value is Callable {
  if (typeof value !== "function" || types.isProxy(value)) return false;
  return keys.some((key) => Object.hasOwn(value, key)) && isBuiltInMaker(value as Callable, name);
}
