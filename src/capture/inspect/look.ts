import process from "node:process";
import { types } from "node:util";
import type { Callable, Loose } from "../types.js";
import { objectIdOf, objectIdsOf, post, realValueOf } from "./connection.js";
import { describedWith, quietly } from "./quiet.js";
import { expectScopes, forgetScopes, scopeList } from "./scope-lists.js";

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

/** What never changes of a function. */
export interface FunctionFacts {
  location: Location | undefined;
  bound: { target: Callable; self: unknown; args: unknown[] } | undefined;
}

export interface FunctionLook extends FunctionFacts {
  /** Read when first asked for: most functions that are looked at only tell where they stand. */
  readonly scopes: ScopeView[];
}

export function internalsOf(value: object, objectId?: string): Map<string, Loose> {
  const { internalProperties } = propertiesOf(value, objectId);
  return new Map((internalProperties ?? []).map((entry: Loose) => [entry.name, entry.value]));
}

/** Elements of arrays are left out: nobody asks for them, and there can be many. */
export function propertiesOf(value: object, objectId?: string): Loose {
  return quietly(describedWith(value), () => {
    const params = { ownProperties: true, nonIndexedPropertiesOnly: true, objectId: objectId ?? objectIdOf(value) };
    return post("Runtime.getProperties", params);
  });
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

type ReadScope = (description: string, object: Loose) => ScopeView;

function scopesOf(remote: Loose, read: ReadScope): ScopeView[] {
  if (!remote?.objectId) return [];
  const entries = Array.from(scopeList(remote.objectId) as ArrayLike<{ description: string; object: Loose }>);
  return entries.map(({ description, object }) => read(description, object));
}

const viewOf: ReadScope = (description, object) => ({ description, values: readScope(description, object) });

/** The object of a `with` statement is the program's own, whose members are not read here. */
function readScope(description: string, object: Loose): Record<string, unknown> {
  if (isWith(description)) return Object.create(null);
  return description.startsWith("Global") ? object : valuesOf(object);
}

export function isWith(description: string): boolean {
  return description.startsWith("With Block");
}

/** How the engine calls the scope of an ES module's own variables. */
export const MODULE = "Module";

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

/** Facts hold for as long as the function lives. */
const known = new WeakMap<Callable, FunctionFacts>();

/** What the engine told of functions that were only asked for where they stand: as a rule, their scopes are asked for next. */
const told = new Map<Callable, Map<string, Loose>>();

/** Where a function stands, or what it is bound to. */
export function lookAtFunction(fn: Callable): FunctionFacts {
  const facts = known.get(fn);
  if (facts) return facts;
  return tellOf(fn, undefined);
}

/**
 * Looks at functions that will be looked at one by one soon: to find them takes the engine as long for one as for many.
 *
 * @param forScopes whether their scopes will be asked for, and not only where they stand
 */
export function lookAhead(values: Iterable<unknown>, forScopes = false): void {
  const fns = [...new Set(values)].filter((value) => isUnknown(value, forScopes));
  if (fns.length < 2) return;
  const ids = objectIdsOf(fns);
  for (const [index, fn] of fns.entries()) tellOf(fn, ids[index]);
}

function isUnknown(value: unknown, forScopes: boolean): value is Callable {
  if (typeof value !== "function" || types.isProxy(value)) return false;
  const facts = known.get(value as Callable);
  return facts ? forScopes && facts.location !== undefined && !told.has(value as Callable) : true;
}

function tellOf(fn: Callable, objectId: string | undefined): FunctionFacts {
  const internals = internalsOf(fn, objectId);
  told.set(fn, internals);
  const scopes = internals.get("[[Scopes]]")?.objectId;
  if (scopes !== undefined) expectScopes(scopes);
  return factsOf(fn, internals);
}

/** What functions close over, for as long as nothing of the program runs. */
export class Looks {
  private readonly looks = new Map<Callable, FunctionLook>();
  private readonly modules = new Map<string, ScopeView>();

  constructor() {
    this.dispose();
  }

  /** To be called before the inspector lets go of what it was asked for. */
  dispose(): void {
    told.clear();
    forgetScopes();
  }

  of(fn: Callable): FunctionLook {
    const seen = this.looks.get(fn);
    if (seen) return seen;
    const facts = lookAtFunction(fn);
    const look = lookWith(
      facts,
      () => told.get(fn) ?? internalsOf(fn),
      (description, object) => this.viewIn(facts, description, object),
    );
    this.looks.set(fn, look);
    return look;
  }

  /**
   * The variables of a module, of which there may be thousands, have one view for all of its functions, by which all that is made
   * of them is known. They are compared all the same: one script may have been run as two modules.
   */
  private viewIn({ location }: FunctionFacts, description: string, object: Loose): ScopeView {
    if (description !== MODULE || !location) return viewOf(description, object);
    const known = this.modules.get(location.scriptId);
    if (known && holds(object, known.values)) return known;
    const view = viewOf(description, object);
    this.modules.set(location.scriptId, view);
    return view;
  }
}

function holds(scope: Loose, values: Record<string, unknown>): boolean {
  for (const name in values) if (!Object.is(readVariable(scope, name), values[name])) return false;
  return true;
}

/** Looks at the scopes as they are now: for variables that have just been given other values. */
export function lookAgain(fn: Callable): FunctionLook {
  const internals = internalsOf(fn);
  return lookWith(factsOf(fn, internals), () => internals, viewOf);
}

function factsOf(fn: Callable, internals: Map<string, Loose>): FunctionFacts {
  const place = internals.get("[[FunctionLocation]]")?.value;
  const location = place && { scriptId: place.scriptId, line: place.lineNumber, column: place.columnNumber };
  const facts = { location, bound: boundPartsOf(internals) };
  known.set(fn, facts);
  return facts;
}

function lookWith(
  { location, bound }: FunctionFacts,
  internals: () => Map<string, Loose>,
  read: ReadScope,
): FunctionLook {
  let scopes: ScopeView[] | undefined;
  return {
    location,
    bound,
    get scopes() {
      scopes ??= scopesOf(internals().get("[[Scopes]]"), read);
      return scopes;
    },
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

/** How many own properties an array, typed array or string object has besides its elements and its length. */
export function countNamed(value: object): number {
  const { result } = propertiesOf(value);
  const hasLength = !ArrayBuffer.isView(value);
  return result.filter(({ name }: Loose) => name !== "__proto__").length - (hasLength ? 1 : 0);
}
