/** Registered classes travel with the function, in the same snapshot, so that `instanceof` holds between the two. */
import { type AnyClass, type ClassOptions, ClassRegistry } from "../codec/classes.js";

/** Beginnings of the names under which a class and its hooks travel. */
const CLASS = "class ";
const ENCODE = "encode ";
const DECODE = "decode ";

/** Classes and hooks as functions by name, for capture. */
export function packClasses(registry: ClassRegistry): Map<string, Function> {
  const packed = new Map<string, Function>();
  for (const [name, cls] of registry.entries()) {
    const hooks = registry.ofName(name);
    packed.set(CLASS + name, cls);
    if (hooks?.encode) packed.set(ENCODE + name, hooks.encode);
    if (hooks?.decode) packed.set(DECODE + name, hooks.decode);
  }
  return packed;
}

/** The registry of one snapshot; the base itself when no class travels, which is the usual case. */
export function unpackClasses(packed: ReadonlyMap<string, Function>, base: ClassRegistry): ClassRegistry {
  if (packed.size === 0) return base;
  const registry = new ClassRegistry(base);
  for (const [key, cls] of packed)
    if (key.startsWith(CLASS)) registry.register(cls as AnyClass, optionsOf(packed, key.slice(CLASS.length)));
  return registry;
}

function optionsOf(packed: ReadonlyMap<string, Function>, name: string): ClassOptions {
  const encode = packed.get(ENCODE + name) as ClassOptions["encode"];
  const decode = packed.get(DECODE + name) as ClassOptions["decode"];
  return { name, ...(encode && decode ? { encode, decode } : {}) };
}
