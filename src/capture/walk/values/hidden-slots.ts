import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import { lookAtPrivates } from "../../inspect/privates.js";
import { readProperty } from "../../own-property.js";
import type { Callable } from "../../types.js";
import { nativeInstanceRefusal } from "./refusals.js";

/**
 * An instance of a built-in class that was given some other prototype looks like any object, with its state out of sight.
 * Asking costs, so it is done where an object has no properties, and a prototype that no class gives.
 */
export function refuseDisguised(walker: WalkContext, { value, step }: HostNode<object>): void {
  if (!isOddlyMade(value)) return;
  const native = BRANDS.find(({ probe }) => answers(probe, value));
  if (native) walker.refuse(step, nativeInstanceRefusal(value, native.name));
  const { elements, hasMethods } = lookAtPrivates(value);
  const name = elements[0]?.name ?? (hasMethods ? "#method" : undefined);
  if (name !== undefined) walker.refuse({ from: step, text: `.${name}` }, disguised);
}

function isOddlyMade(value: object): boolean {
  const proto: object | null = Object.getPrototypeOf(value);
  if (proto === Object.prototype || Object.getOwnPropertyNames(value).length > 0) return false;
  if (proto === null || types.isProxy(proto)) return proto === null;
  // The inspector takes long over long chains of prototypes, and those are nobody's disguise.
  const next = Object.getPrototypeOf(proto);
  return (next === null || next === Object.prototype) && !Object.hasOwn(proto, "constructor");
}

const disguised = {
  reason: "it has private fields of a class that is not among its prototypes",
  hint: "Create the object inside the function.",
};

/** A member of each class that does nothing but answer, and throws when it is asked of another object. */
const BRANDS: readonly { name: string; probe: Callable }[] = [
  brand("WeakRef", WeakRef.prototype, "deref"),
  brand("FinalizationRegistry", FinalizationRegistry.prototype, "unregister"),
  brand("Intl.Locale", Intl.Locale.prototype, "baseName"),
  ...namesOf("resolvedOptions", Intl).map((name) => brand(`Intl.${name}`, prototypeIn(Intl, name), "resolvedOptions")),
  // Under --jitless there is none.
  ...Object.entries({ Memory: "buffer", Table: "length", Instance: "exports" }).flatMap(([name, key]) => {
    const { WebAssembly: namespace } = globalThis as { WebAssembly?: object };
    const prototype = namespace && prototypeIn(namespace, name);
    return prototype ? [brand(`WebAssembly.${name}`, prototype, key)] : [];
  }),
];

/** Classes of a namespace whose instances have that method. */
function namesOf(method: string, namespace: object): string[] {
  return Object.getOwnPropertyNames(namespace).filter((name) => Object.hasOwn(prototypeIn(namespace, name), method));
}

/** The prototype of a class of a namespace; an empty object for what is no class. */
function prototypeIn(namespace: object, name: string): object {
  const maker = readProperty(namespace, name);
  return typeof maker === "function" ? ((maker.prototype as object | undefined) ?? {}) : {};
}

function brand(name: string, prototype: object, key: string): { name: string; probe: Callable } {
  const own = Object.getOwnPropertyDescriptor(prototype, key);
  return { name, probe: own?.get ?? own?.value };
}

function answers(probe: Callable, value: object): boolean {
  try {
    Reflect.apply(probe, value, [{}]);
    return true;
  } catch {
    return false;
  }
}
