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
  set?: (target: object, name: string, value: unknown) => void;
  /** Make the arrows that stand in the class's code, for the `this` that they are called with. */
  inner?: (index: number) => unknown;
  innerStatic?: (index: number) => unknown;
}

/** An argument that answers whatever a parameter pattern asks, so that no default initialiser runs. */
function nothing(): void {}
const anything: Loose = new Proxy(nothing, {
  get: (_target, key) => (key === Symbol.iterator ? endless : key === Symbol.toPrimitive ? () => "" : anything),
  getOwnPropertyDescriptor: () => undefined,
  ownKeys: () => ["prototype"],
});
const DUMMIES = Array.from({ length: 32 }, () => anything);

function* endless(): Generator {
  for (;;) yield anything;
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
    let made: Loose;
    for (const {
      c: [c],
      base,
    } of classes) {
      const hook = run.hooks[c] as ClassHooks;
      hook.stamping = true;
      if (base) made = constructBase(heap[c], valueIn(heap, proto) as object);
      else {
        made ??= make(heap, run);
        stamp(heap[c], made);
      }
      hook.stamping = false;
    }
    for (const key of Reflect.ownKeys(made)) Reflect.deleteProperty(made, key);
    return made;
  };
}

function constructBase(base: Callable, proto: object): object {
  function target(): void {}
  target.prototype = proto;
  return Reflect.construct(base, DUMMIES, target);
}

/** `super()` takes the class's prototype at the time of the call: for a moment, a function that gives our object. */
function stamp(derived: Callable, object: object): void {
  const parent = Object.getPrototypeOf(derived);
  function give(): object {
    return object;
  }
  Object.setPrototypeOf(derived, give);
  try {
    Reflect.construct(derived, DUMMIES);
  } finally {
    Object.setPrototypeOf(derived, parent);
  }
}
