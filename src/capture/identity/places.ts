import { types } from "node:util";
import { nameOf } from "../inspect/function-excerpt.js";
import { isObject } from "../is-object.js";
import { ownProperty } from "../own-property.js";
import { keyOfStep } from "../rebuild/intrinsics.js";
import { isDataOfBuiltIns } from "./data-objects.js";

/** How a worker finds a built-in object: a root and steps from it; see `rebuild/intrinsics.ts`. */
export interface IntrinsicPath {
  root: string;
  path: string[];
}

/** Reading these would start something, warn, or lead to the user's own data. */
export const LEFT_OUT = new Set([
  "env",
  "main",
  "mainModule",
  "stdin",
  "stdout",
  "stderr",
  "_stdout",
  "_stderr",
  "localStorage",
  "sessionStorage",
  "workerData",
  "global",
  "globalThis",
]);

/** A place with the object that it was found on. */
export interface Place extends IntrinsicPath {
  holder: object | undefined;
}

/** Where built-in objects are found. It grows by what Node loads, and what is built in stays where it is. */
export const places = new Map<object | symbol, Place>();

/** What test runners have in the place of something that is a worker's own there, such as the methods of their console. */
export const standIns = new WeakMap<object, IntrinsicPath>();

/** Notes what is reached from a built-in object, as far as it is built in itself. */
export function addPlaces(start: object, at: IntrinsicPath, depth: number): void {
  enter([[start, { ...at, holder: undefined }, depth]]);
}

type Found = [value: object | symbol, place: Place, depth: number];

/** Functions that the program may have put where they were met: they may be met at their own place, too. */
const aliases: Found[] = [];

/** To be called when everything else has been added. */
export function addAliases(): void {
  enter(aliases);
}

function enter(pending: Found[]): void {
  for (let next = pending.shift(); next; next = pending.shift()) {
    const [value, place, left] = next;
    if (places.has(value) || value === globalThis || types.isProxy(value)) continue;
    places.set(value, place);
    if (left > 0 && typeof value !== "symbol") pending.push(...childrenOf(value, place, left - 1));
  }
}

function childrenOf(holder: object, { root, path }: IntrinsicPath, left: number): Found[] {
  const found: Found[] = [];
  for (const key of Reflect.ownKeys(holder)) {
    const name = stepName(key);
    if (name === undefined || LEFT_OUT.has(name)) continue;
    const { value, get, set, enumerable } = ownProperty(holder, key) as PropertyDescriptor;
    const at = (sign: string): Place => ({ root, path: [...path, sign + name], holder });
    if (typeof value === "function" && enumerable && (isOpen(root) || nameOf(value) !== key))
      aliases.push([value, at("."), left]);
    else if ((isObject(value) || typeof value === "symbol") && mayBeBuiltIn(holder, name, value, at(".")))
      found.push([value, at("."), left]);
    if (get) found.push([get as object, at("<"), left]);
    if (set) found.push([set as object, at(">"), left]);
  }
  return found;
}

/** Programs put functions on global objects; those of the console are looked for before modules are. */
function isOpen(root: string): boolean {
  return !root.startsWith("node:") && root !== "console";
}

function mayBeBuiltIn(holder: object, name: string, value: object | symbol, { root, path }: Place): boolean {
  if (typeof value === "function" || isDataOfBuiltIns(root, path)) return true;
  return name === "prototype" && typeof holder === "function";
}

function stepName(key: PropertyKey): string | undefined {
  if (typeof key !== "symbol") return String(key).startsWith("@@") ? undefined : String(key);
  const name = key.description?.replace(/^Symbol\./, "");
  return name && keyOfStep(`@@${name}`) === key ? `@@${name}` : undefined;
}
