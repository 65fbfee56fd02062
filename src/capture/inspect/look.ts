import process from "node:process";
import type { Callable, Loose } from "../types.js";
import { describedWith, quietly } from "./quiet.js";
import { objectIdOf, post, realValueOf } from "./session.js";

export interface Location {
  scriptId: string;
  /** From 0, as the inspector counts. */
  line: number;
  column: number;
}

/** One entry of a function's chain of scopes, innermost first; `values` holds the variables that inner functions use. */
export interface ScopeView {
  description: string;
  values: Record<string, unknown>;
}

export interface PrivateElement {
  name: string;
  value: unknown;
  isAccessor: boolean;
}

export interface FunctionLook {
  location: Location | undefined;
  /** Read when first asked for: most functions that are looked at only tell where they stand. */
  readonly scopes: ScopeView[];
  bound: { target: Callable; self: unknown; args: unknown[] } | undefined;
}

function internalsOf(value: object): Map<string, Loose> {
  const { internalProperties } = propertiesOf(value);
  return new Map((internalProperties ?? []).map((entry: Loose) => [entry.name, entry.value]));
}

/** Elements of arrays are left out: nobody asks for them, and there can be many. */
function propertiesOf(value: object): Loose {
  const params = { ownProperties: true, nonIndexedPropertiesOnly: true };
  return quietly(describedWith(value), () => post("Runtime.getProperties", { ...params, objectId: objectIdOf(value) }));
}

/** The value behind a RemoteObject, for values that may be primitive. */
export function unwrap(remote: Loose): unknown {
  if (!remote) return undefined;
  if (remote.objectId) return remote.type === "symbol" ? symbolOf(remote.objectId) : realValueOf(remote.objectId);
  if (remote.unserializableValue === undefined) return remote.value === null ? null : remote.value;
  const text: string = remote.unserializableValue;
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}

function symbolOf(objectId: string): unknown {
  return Symbol.prototype.valueOf.call(realValueOf(objectId));
}

function scopesOf(remote: Loose): ScopeView[] {
  if (!remote?.objectId) return [];
  const entries = Array.from(realValueOf(remote.objectId) as ArrayLike<{ description: string; object: Loose }>);
  return entries.map(({ description, object }) => ({ description, values: readScope(description, object) }));
}

/** The object of a `with` statement is the program's own, whose members are not read here. */
function readScope(description: string, object: Loose): Record<string, unknown> {
  if (isWith(description)) return Object.create(null);
  return description.startsWith("Global") ? object : valuesOf(object);
}

export function isWith(description: string): boolean {
  return description.startsWith("With Block");
}

/** Stands for a variable whose declaration has not run yet. */
export const UNINITIALISED = Object.freeze({ uninitialised: true });

/** Engines before V8 12 (Node 20) show a variable that is not initialised as undefined; newer ones throw when it is read. */
export const TELLS_UNINITIALISED = Number(process.versions.v8.split(".")[0]) >= 12;

function valuesOf(scope: Loose): Record<string, unknown> {
  const values: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(scope)) values[name] = readVariable(scope, name);
  return values;
}

function readVariable(scope: Loose, name: string): unknown {
  try {
    return scope[name];
  } catch {
    return UNINITIALISED;
  }
}

let looks = new WeakMap<Callable, FunctionLook>();

/** Within one capture nothing of the program runs, so that what a function closes over stays the same. */
export function forgetLooks(): void {
  looks = new WeakMap();
}

/** Reads what a function closes over, without running any of the user's code. */
export function lookAtFunction(fn: Callable): FunctionLook {
  const known = looks.get(fn);
  if (known) return known;
  const look = lookAgain(fn);
  looks.set(fn, look);
  return look;
}

/** For variables that a probe has just given other values. */
export function lookAgain(fn: Callable): FunctionLook {
  const internals = internalsOf(fn);
  const place = internals.get("[[FunctionLocation]]")?.value;
  const location = place && { scriptId: place.scriptId, line: place.lineNumber, column: place.columnNumber };
  let scopes: ScopeView[] | undefined;
  return {
    location,
    get scopes() {
      scopes ??= scopesOf(internals.get("[[Scopes]]"));
      return scopes;
    },
    bound: boundPartsOf(internals),
  };
}

function boundPartsOf(internals: Map<string, Loose>): FunctionLook["bound"] {
  const target = internals.get("[[TargetFunction]]");
  if (!target) return undefined;
  const args = unwrap(internals.get("[[BoundArgs]]")) as ArrayLike<unknown> | undefined;
  return {
    target: unwrap(target) as Callable,
    self: unwrap(internals.get("[[BoundThis]]")),
    args: Array.from(args ?? []),
  };
}

/** Target and handler of a proxy; undefined when it was revoked. */
export function lookAtProxy(proxy: object): { target: object; handler: object } | undefined {
  const internals = internalsOf(proxy);
  const target = unwrap(internals.get("[[Target]]")) as object | null;
  const handler = unwrap(internals.get("[[Handler]]")) as object | null;
  return target && handler ? { target, handler } : undefined;
}

export interface PrivateLook {
  /** Fields and accessors, base class first. */
  elements: PrivateElement[];
  /** Whether the object may be the receiver of private methods of some class. */
  hasMethods: boolean;
}

/** Private elements of an object; methods only show as being there. */
export function lookAtPrivates(value: object): PrivateLook {
  const { privateProperties, internalProperties } = propertiesOf(value);
  const elements = (privateProperties ?? []).map((entry: Loose) => ({
    name: entry.name,
    value: unwrap(entry.value),
    isAccessor: Boolean(entry.get ?? entry.set),
  }));
  return { elements, hasMethods: (internalProperties ?? []).some((one: Loose) => one.name === "[[PrivateMethods]]") };
}

/** How many own properties an array, typed array or string object has besides its elements and its length. */
export function countNamed(value: object): number {
  const { result } = propertiesOf(value);
  const hasLength = !ArrayBuffer.isView(value);
  return result.filter(({ name }: Loose) => name !== "__proto__").length - (hasLength ? 1 : 0);
}
