import { ownProperty, readProperty } from "../own-property.js";
import type { Callable } from "../types.js";

/** Where an error's stack is an accessor of its own, a getter that a program puts in its place keeps the setter. */
const stackAccessor = ((): PropertyDescriptor => {
  try {
    return ownProperty(new Error(), "stack") ?? {};
  } catch {
    return {};
  }
})();

/** Built-in objects that no global name reaches, by the names that payloads use. Host and worker share this table. */
export function hiddenIntrinsics(): Record<string, object> {
  return {
    ...hidden(),
    ...(stackAccessor.get && { "%getStack%": stackAccessor.get }),
    ...(stackAccessor.set && { "%setStack%": stackAccessor.set }),
  };
}

/** Its text is run in other contexts, too, and so names nothing from around it, and gives no function a name. */
function hidden(): Record<string, object> {
  const proto = Object.getPrototypeOf;
  return {
    "%AsyncFunction%": proto(async () => {}).constructor,
    "%GeneratorFunction%": proto(function* () {}).constructor,
    "%AsyncGeneratorFunction%": proto(async function* () {}).constructor,
    "%GeneratorPrototype%": proto(function* () {}.prototype),
    "%AsyncGeneratorPrototype%": proto(async function* () {}.prototype),
    "%IteratorPrototype%": proto(proto([][Symbol.iterator]())),
    "%AsyncIteratorPrototype%": proto(proto(async function* () {}.prototype)),
    "%ArrayIteratorPrototype%": proto([][Symbol.iterator]()),
    "%MapIteratorPrototype%": proto(new Map()[Symbol.iterator]()),
    "%SetIteratorPrototype%": proto(new Set()[Symbol.iterator]()),
    "%StringIteratorPrototype%": proto(""[Symbol.iterator]()),
    "%RegExpStringIteratorPrototype%": proto("".matchAll(/x/g)),
    // Jest and Vitest give their contexts the `Uint8Array` of the main one.
    "%TypedArray%": proto(Float64Array),
    // In a class, whose code is strict even where a loader made a sloppy script of this module.
    "%ThrowTypeError%": new (class {
      found() {
        // biome-ignore lint/complexity/noArguments: the getter of an arguments object is what is wanted
        return Object.getOwnPropertyDescriptor(arguments, "callee")?.get as Callable;
      }
    })().found(),
  };
}

/** The body of a function that gives those of another context, where it is made by that context's `Function`. */
export const HIDDEN_CODE = `"use strict"; return (${hidden})();`;

/** One step from a built-in object to another: a key (`@@name` for well-known symbols), a getter, a setter, or the prototype. */
export type IntrinsicStep = string;

export function keyOfStep(step: string): PropertyKey {
  return step.startsWith("@@") ? (readProperty(Symbol, step.slice(2)) as symbol) : step;
}

/** Follows one step; see `stepsOf` on the host, which writes them. */
export function follow(from: object, step: IntrinsicStep): unknown {
  const key = keyOfStep(step.slice(1));
  const own = step[0] === "." ? undefined : ownProperty(from, key);
  if (step[0] === "<") return own?.get;
  if (step[0] === ">") return own?.set;
  return readProperty(from, key);
}
