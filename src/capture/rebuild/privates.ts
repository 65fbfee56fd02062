import type { Callable, Loose } from "../types.js";
import type { Make } from "./shells.js";
import { valueIn } from "./values.js";

/**
 * Objects with private elements. A class's code is written so that, while `stamping`, its constructors and field
 * initialisers do nothing but give the object its private fields; their values are set through `set` afterwards.
 */
export interface ClassHooks {
  heritage?: unknown;
  keys?: unknown[];
  stamping?: boolean;
  /** Ends a constructor that is stamping, with the object that it has made. */
  leave?: (made: object) => never;
  /** Length of the class, where the text as it is written would give another. */
  length?: number;
  set?: (target: object, name: string, value: unknown) => void;
  /** Make the arrows that stand in the class's code, for the `this` that they are called with. */
  inner?: (index: number) => unknown;
  innerStatic?: (index: number) => unknown;
  /** Gives the arrow that was made last the values of variables that the class does not see. */
  pass?: (values: unknown[]) => void;
}

interface PrivateEntry {
  /** Reference to the class. */
  c: readonly [number];
  /** Whether the class extends nothing, so that it makes the object itself. */
  base: boolean;
}

/** Makes an object with the private fields of its classes, base class first; public fields are defined later. */
export function makeStamped(make: Make, classes: readonly PrivateEntry[], proto: Loose): Make {
  return (heap, run) => {
    let made: Loose = classes[0]?.base ? undefined : make(heap, run);
    const keep = keeperOf(made);
    for (const {
      c: [c],
      base,
    } of classes) {
      const construct = () => (base ? constructBase(heap[c], valueIn(heap, proto) as object) : stamp(heap[c], made));
      made = stamping(run.hooks[c] as ClassHooks, construct);
    }
    keep(made);
    return made;
  };
}

/** Takes away the public fields that stamping leaves; a function's own properties may be among their names. */
function keeperOf(object: Loose): (stamped: object) => void {
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

function constructBase(base: Callable, proto: object): object {
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
