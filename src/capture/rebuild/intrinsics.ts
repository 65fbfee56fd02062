import { ownProperty } from "../own-property.js";
import type { Callable, Loose } from "../types.js";

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
  const proto = Object.getPrototypeOf;
  const generator = function* (): Generator {};
  const asyncGenerator = async function* (): AsyncGenerator {};
  const AsyncFunction = proto(async () => {}).constructor as Callable;
  const GeneratorFunction = proto(generator).constructor as Callable;
  const AsyncGeneratorFunction = proto(asyncGenerator).constructor as Callable;
  const throwTypeError = ownProperty(strictArguments(), "callee")?.get;
  return {
    "%AsyncFunction%": AsyncFunction,
    "%GeneratorFunction%": GeneratorFunction,
    "%AsyncGeneratorFunction%": AsyncGeneratorFunction,
    "%GeneratorPrototype%": proto(generator.prototype),
    "%AsyncGeneratorPrototype%": proto(asyncGenerator.prototype),
    "%IteratorPrototype%": proto(proto([][Symbol.iterator]())),
    "%AsyncIteratorPrototype%": proto(proto(asyncGenerator.prototype)),
    "%ArrayIteratorPrototype%": proto([][Symbol.iterator]()),
    "%MapIteratorPrototype%": proto(new Map()[Symbol.iterator]()),
    "%SetIteratorPrototype%": proto(new Set()[Symbol.iterator]()),
    "%StringIteratorPrototype%": proto(""[Symbol.iterator]()),
    "%RegExpStringIteratorPrototype%": proto("".matchAll(/x/g)),
    "%TypedArray%": proto(Uint8Array),
    ...(stackAccessor.get && { "%getStack%": stackAccessor.get }),
    ...(stackAccessor.set && { "%setStack%": stackAccessor.set }),
    ...(throwTypeError && { "%ThrowTypeError%": throwTypeError }),
  };
}

function strictArguments(): object {
  // biome-ignore lint/complexity/noArguments: an arguments object is what is wanted
  return arguments;
}

/** One step from a built-in object to another: a key (`@@name` for well-known symbols), a getter, a setter, or the prototype. */
export type IntrinsicStep = string;

export function keyOfStep(step: string): PropertyKey {
  return step.startsWith("@@") ? (Symbol as Loose)[step.slice(2)] : step;
}

/** Follows one step; see `stepsOf` on the host, which writes them. */
export function follow(from: Loose, step: IntrinsicStep): unknown {
  const key = keyOfStep(step.slice(1));
  const own = step[0] === "." ? undefined : ownProperty(from, key);
  if (step[0] === "<") return own?.get;
  if (step[0] === ">") return own?.set;
  return from[key];
}
