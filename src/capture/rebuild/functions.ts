import type { ElementEntry, HeapReference, InnerEntry, PlacedClass, PlacedFunction } from "../payload/entry.js";
import type { Callable } from "../types.js";
import { type ClassHooks, type Fill, type HeapEntry, hooksOf, type Make, type Run, scopeAt } from "./make.js";
import { stampedOnly } from "./privates.js";
import { objectIn, type Value, valueIn } from "./values.js";

/** Makers of functions, classes, and of the objects that come with them; undefined for other entries. */
export function makeFunctionOf(entry: HeapEntry, id: number): Make | undefined {
  switch (entry.kind) {
    case "function":
      return entry.self !== undefined || entry.arguments !== undefined ? makeArrow(entry) : makePlain(entry, id);
    case "class":
      return makeClass(entry, id);
    case "element":
      return makeElement(entry);
    case "inner":
      return makeInner(entry, id);
    case "prototype":
      return (heap) => objectIn<Callable>(heap, entry.function).prototype;
    default:
      return undefined;
  }
}

function makePlain({ scope, index, home }: PlacedFunction<HeapReference>, id: number): Make {
  if (home === undefined) return (_heap, run) => scopeAt(run, scope).m(index);
  return (_heap, run) => {
    const hook: ClassHooks = {};
    run.hooks[id] = hook;
    return scopeAt(run, scope).m(index, hook);
  };
}

function makeArrow({ scope, index, self, arguments: args }: PlacedFunction<HeapReference>): Make {
  return (heap, run) => {
    const read = (one: Value | undefined): unknown => (one === undefined ? undefined : valueIn(heap, one));
    return scopeAt(run, scope).m(index, { self: read(self), args: read(args) });
  };
}

function makeClass({ scope, index, heritage, keys }: PlacedClass<HeapReference>, id: number): Make {
  return (heap, run) => {
    const hooks: ClassHooks = { stamping: false };
    if (heritage !== undefined) hooks.heritage = valueIn(heap, heritage);
    if (keys) hooks.keys = keys.map((key) => valueIn(heap, key));
    run.hooks[id] = hooks;
    const made = scopeAt(run, scope).m(index, hooks) as Callable;
    mendLength(made, hooks.length);
    return made;
  };
}

/** A class may have a static method of that name instead. */
function mendLength(made: Callable, length: number | undefined): void {
  const own = Object.getOwnPropertyDescriptor(made, "length");
  if (length !== undefined && typeof own?.value === "number") Object.defineProperty(made, "length", { value: length });
}

/** A method or accessor of a class, taken from the class before anything on it is changed. */
function makeElement({ class: owner, isStatic, key, slot }: ElementEntry<HeapReference>): Make {
  return (heap, run) => {
    const made = objectIn<Callable>(heap, owner);
    if (slot === "private")
      return hooksOf(run, owner).read?.(isStatic ? made : stampedOnly(made, hooksOf(run, owner)), key as string);
    const holder = isStatic ? made : (made.prototype as object);
    return Object.getOwnPropertyDescriptor(holder, valueIn(heap, key) as PropertyKey)?.[slot];
  };
}

/** An arrow that its class makes, since it uses `super` or private names. */
function makeInner({ class: owner, index, self, isStatic }: InnerEntry<HeapReference>, id: number): Make {
  return (heap, run) => {
    const hooks = hooksOf(run, owner);
    const given = self === undefined ? undefined : valueIn(heap, self);
    const made = (isStatic ? hooks.innerStatic : hooks.inner)?.call(given, index);
    run.hooks[id] = { ...(hooks.pass && { pass: hooks.pass }) };
    return made;
  };
}

/** Steps after all objects exist: homes of methods that use `super`, variables of arrows in classes, private fields. */
export function lateFillsOf(entry: HeapEntry, id: number): Fill[] {
  const fills: Fill[] = [];
  const own = (run: Run): ClassHooks => hooksOf(run, [id]);
  if (entry.kind === "function" && entry.home !== undefined) {
    const { home } = entry;
    fills.push((heap, _target, run) => void Object.setPrototypeOf(own(run).home, valueIn(heap, home) as object | null));
  }
  if (entry.kind === "inner" && entry.passed) {
    const { passed } = entry;
    fills.push((heap, _target, run) => own(run).pass?.(passed.map((one) => valueIn(heap, one))));
  }
  for (const { class: owner, values } of entry.privates ?? []) {
    fills.push((heap, target, run) => {
      for (const [name, value] of values) hooksOf(run, owner).set?.(target, name, valueIn(heap, value));
    });
  }
  return fills;
}
