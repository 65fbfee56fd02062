import type { Callable, Loose } from "../types.js";
import type { Fill } from "./fill.js";
import type { ClassHooks } from "./privates.js";
import type { Make } from "./shells.js";
import { valueIn } from "./values.js";

/** Makers of functions, classes, and of the objects that come with them; undefined for other entries. */
export function makeFunctionOf(entry: Loose, id: number): Make | undefined {
  switch (entry.k) {
    case "fn":
      return entry.self !== undefined || entry.args !== undefined ? makeArrow(entry) : makePlain(entry, id);
    case "cls":
      return makeClass(entry, id);
    case "el":
      return makeElement(entry);
    case "in":
      return makeInner(entry, id);
    case "pro":
      return (heap) => heap[entry.f[0]].prototype;
    default:
      return undefined;
  }
}

function makePlain({ s, i, home }: Loose, id: number): Make {
  if (home === undefined) return (_heap, run) => run.scopes[s]?.m(i);
  return (_heap, run) => {
    const hook: Loose = {};
    run.hooks[id] = hook;
    return run.scopes[s]?.m(i, hook);
  };
}

function makeArrow({ s, i, self, args }: Loose): Make {
  return (heap, run) => run.scopes[s]?.m(i, { self: valueIn(heap, self), args: valueIn(heap, args) });
}

function makeClass({ s, i, heritage, keys }: Loose, id: number): Make {
  return (heap, run) => {
    const hooks: ClassHooks = { stamping: false };
    if (heritage !== undefined) hooks.heritage = valueIn(heap, heritage);
    if (keys) hooks.keys = keys.map((key: Loose) => valueIn(heap, key));
    run.hooks[id] = hooks;
    const made = run.scopes[s]?.m(i, hooks);
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
function makeElement({ c, static: isStatic, key, slot }: Loose): Make {
  return (heap) => {
    const holder = isStatic ? heap[c[0]] : heap[c[0]].prototype;
    return (Object.getOwnPropertyDescriptor(holder, valueIn(heap, key) as PropertyKey) as Loose)?.[slot];
  };
}

/** An arrow that its class makes, since it uses `super` or private names. */
function makeInner({ c, i, self, static: isStatic }: Loose, id: number): Make {
  return (heap, run) => {
    const hooks = run.hooks[c[0]] as ClassHooks;
    const made = (isStatic ? hooks.innerStatic : hooks.inner)?.call(valueIn(heap, self), i);
    run.hooks[id] = { ...(hooks.pass && { pass: hooks.pass }) };
    return made;
  };
}

/** Steps after all objects exist: homes of methods that use `super`, variables of arrows in classes, private fields. */
export function lateFillsOf(entry: Loose, id: number, run: () => { hooks: Loose[] }): Fill[] {
  const fills: Fill[] = [];
  if (entry.home !== undefined) {
    fills.push((heap) => void Object.setPrototypeOf(run().hooks[id].home, valueIn(heap, entry.home) as object));
  }
  if (entry.passed) {
    fills.push((heap) => run().hooks[id].pass(entry.passed.map((one: Loose) => valueIn(heap, one))));
  }
  for (const [c, values] of entry.priv ?? []) {
    fills.push((heap, target) => {
      for (const [name, value] of values) run().hooks[c[0]].set(target, name, valueIn(heap, value));
    });
  }
  return fills;
}
