import type { HeapReference, Stamp } from "../payload/entry.js";
import type { Callable } from "../types.js";
import type { ClassHooks, Make } from "./make.js";
import { hooksOf } from "./make.js";
import type { Value } from "./values.js";
import { objectIn, valueIn } from "./values.js";

/**
 * Objects with private elements. A class's code is written so that, while `stamping`, its constructors and field
 * initialisers do nothing but give the object its private fields; their values are set through `set` afterwards.
 */
/** Makes an object with the private fields of its classes, base class first; public fields are defined later. */
export function makeStamped(make: Make, classes: readonly Stamp<HeapReference>[], prototype: Value | undefined): Make {
  return (heap, run) => {
    let made = classes[0]?.isBase ? undefined : (make(heap, run) as object);
    const keep = keeperOf(made);
    for (const { class: owner, isBase } of classes) {
      const fn = objectIn<Callable>(heap, owner);
      const proto = prototype === undefined ? undefined : (valueIn(heap, prototype) as object | null);
      const construct = () => (isBase ? constructBase(fn, proto) : stamp(fn, made as object));
      made = stamping(hooksOf(run, owner), construct);
    }
    keep(made as object);
    return made;
  };
}

/** An object that has the private elements of one class. */
export function stampedOnly(owner: Callable, hooks: ClassHooks): object {
  return stamping(hooks, () => ("heritage" in hooks ? stamp(owner, {}) : constructBase(owner, null)));
}

/** Takes away the public fields that stamping leaves; a function's own properties may be among their names. */
function keeperOf(object: object | undefined): (stamped: object) => void {
  const natural = new Set(object ? Reflect.ownKeys(object) : []);
  const own = typeof object === "function" ? Object.getOwnPropertyDescriptors(object) : {};
  return (stamped) => {
    for (const key of Reflect.ownKeys(stamped)) if (!natural.has(key)) Reflect.deleteProperty(stamped, key);
    Object.defineProperties(stamped, own);
  };
}

/** Runs a constructor that stamps, and gives the object that it has made. */
function stamping(hooks: ClassHooks, construct: () => object): object {
  let left: object | undefined;
  hooks.leave = (made) => {
    left = made;
    throw LEFT;
  };
  hooks.stamping = true;
  try {
    return construct();
  } catch (error) {
    if (error !== LEFT || !left) throw error;
    return left;
  } finally {
    hooks.stamping = false;
  }
}

const LEFT = new Error("the constructor was left");

function constructBase(base: Callable, proto: object | null | undefined): object {
  function target(): void {}
  target.prototype = proto;
  return Reflect.construct(base, [], target);
}

/** `super()` takes the class's prototype at the time of the call: for a moment, a function that gives our object. */
function stamp(derived: Callable, object: object): object {
  const parent = Object.getPrototypeOf(derived);
  function give(): object {
    return object;
  }
  Object.setPrototypeOf(derived, give);
  try {
    return Reflect.construct(derived, []);
  } finally {
    Object.setPrototypeOf(derived, parent);
  }
}
