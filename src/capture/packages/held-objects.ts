import { types } from "node:util";
import { builtinOf } from "../identity/builtins.js";
import { isOfEngine } from "../identity/is-native.js";
import { lookAhead, UNINITIALISED } from "../inspect/look.js";
import { isOfCalls } from "../inspect/quiet.js";
import { scriptOf } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { ownProperty } from "../own-property.js";
import type { Callable } from "../types.js";
import { PrivateFields } from "./hidden-members.js";
import type { Look } from "./look.js";
import { packageFolderOf } from "./package-folder.js";

/** Objects that are looked at; what lies beyond is not found. */
const OBJECTS_READ = 20_000;
/** Functions that are asked for the variables around them. */
const LOOKS = 300;

/** Tells whether an object is held. */
export type Holds = (value: object) => boolean;

/** What a package's exports and variables lead to. No getter is called and no trap runs. */
export function heldBy(folder: string, roots: Iterable<unknown>, look: Look): Holds {
  const held = new Set<unknown>(roots);
  const surroundings = new Surroundings(folder, look);
  const privates = new PrivateFields();
  for (const value of held) {
    if (held.size > OBJECTS_READ) break;
    const found = [...membersOf(value), ...privatesOf(value, privates), ...surroundings.of(value)].filter(isOwn);
    const fresh = found.filter((next) => !held.has(next));
    surroundings.lookAhead(fresh);
    for (const next of fresh) held.add(next);
  }
  const weak = [...held].flatMap((one) => weakOf(one) ?? []);
  return (value) => held.has(value) || weak.some((has) => has(value));
}

/** What a weak collection holds cannot be listed, but be asked for. */
function weakOf(value: unknown): Holds | undefined {
  if (types.isWeakMap(value)) return (one) => WeakMap.prototype.has.call(value, one);
  return types.isWeakSet(value) ? (one) => WeakSet.prototype.has.call(value, one) : undefined;
}

function isOwn(value: unknown): value is object {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || value === UNINITIALISED)
    return false;
  if (types.isProxy(value)) return true;
  return typeof value === "function" ? !isOfEngine(value as Callable) : builtinOf(value) === undefined;
}

function* membersOf(value: unknown): Generator<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || types.isProxy(value)) return;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return;
  if (types.isMap(value)) for (const pair of Map.prototype.entries.call(value)) yield* pair;
  if (types.isSet(value)) yield* Set.prototype.values.call(value);
  const keys = Reflect.ownKeys(value);
  for (const key of keys) if (key !== "stack" && !isOfCalls(value, keys, key)) yield valueAt(value, key);
  if (!types.isModuleNamespaceObject(value)) yield Object.getPrototypeOf(value);
}

function privatesOf(value: unknown, privates: PrivateFields): unknown[] {
  if (!isObject(value) || types.isProxy(value)) return [];
  return privates.of(value).map(([, held]) => held);
}

function valueAt(value: object, key: PropertyKey): unknown {
  try {
    return ownProperty(value, key)?.value;
  } catch {
    return undefined;
  }
}

/** The variables around the package's functions, once for each scope of a script. */
class Surroundings {
  private readonly seen = new Set<string>();
  private looks = 0;
  private looksAhead = 0;

  constructor(
    private readonly folder: string,
    private readonly look: Look,
  ) {}

  /** What is met first is asked first, so that these will be asked next. */
  lookAhead(values: readonly unknown[]): void {
    const functions = values.filter((value) => typeof value === "function").slice(0, LOOKS - this.looksAhead);
    this.looksAhead += functions.length;
    lookAhead(functions, true);
  }

  *of(value: unknown): Generator<unknown> {
    if (typeof value !== "function" || types.isProxy(value) || this.looks >= LOOKS) return;
    this.looks++;
    const { bound, location, scopes } = this.look(value as Callable);
    if (bound) yield* [bound.target, bound.self, ...bound.args];
    const script = location && scriptOf(location.scriptId);
    if (!script || packageFolderOf(script.url) !== this.folder) return;
    const own = scopes.filter(({ description }) => !/^(Global|Script|With)/.test(description)).reverse();
    for (const [depth, { description, values }] of own.entries()) {
      const key = `${script.scriptId} ${depth} ${description} ${Object.keys(values)[0] ?? ""}`;
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      yield* Object.values(values);
    }
  }
}
