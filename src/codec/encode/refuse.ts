import { types } from "node:util";
import { className } from "../builtins.js";

/** A value that cannot travel. Becomes a CodecError, with the path, at the border. */
export class Refusal extends Error {
  /** The message without its hint. */
  readonly reason: string;

  constructor(reason: string, hint: string, options?: ErrorOptions) {
    super(`${reason}. ${hint}`, options);
    this.reason = reason;
  }
}

const SEND_DATA = "Send plain data instead";
const OPEN_THERE = "Send what is needed to open it again, and open it where it is used";

/** What cannot travel whatever its contents, with its hint, in the order of asking. */
const REFUSED: readonly [is: (value: object) => boolean, what: string, hint: string][] = [
  [types.isProxy, "a Proxy, whose traps cannot travel", "Send a plain copy, such as { ...value }"],
  [types.isPromise, "a Promise", "Await it first"],
  [types.isWeakMap, "a WeakMap, which cannot be read", "Use a Map"],
  [types.isWeakSet, "a WeakSet, which cannot be read", "Use a Set"],
  [types.isGeneratorObject, "a generator, whose position cannot travel", "Send [...values], or make it there"],
  [types.isSharedArrayBuffer, "a SharedArrayBuffer, whose memory is not shared there", "Send a copy: buffer.slice()"],
  [types.isModuleNamespaceObject, "a module namespace", "Import the module where it is used"],
  [types.isExternal, "a native handle", OPEN_THERE],
  [types.isSymbolObject, "a boxed symbol", SEND_DATA],
];

/** Refuses a value that is neither plain, built-in, nor of a registered class. */
export function refuseObject(value: object): never {
  for (const [is, what, hint] of REFUSED) if (is(value)) throw new Refusal(`It is ${what}`, `${hint}.`);
  const name = className(value) ?? "Object";
  if (name === "WeakRef") throw new Refusal("It is a WeakRef", "Send what it refers to.");
  if ((name === "Object" || name.endsWith("Iterator")) && Symbol.iterator in value && "next" in value)
    throw new Refusal(`It is an iterator (${name})`, "Send [...values] instead.");
  if (name === "Object")
    throw new Refusal("It inherits from an object that is no class", "Send a plain object: { ...value }.");
  throw new Refusal(
    `It is an instance of class ${name}, which is not registered`,
    "Send a plain object, or register the class.",
  );
}

/** Refuses an instance of a class that was registered, and of which there is a newer one by its name. */
export function refuseReplaced(value: object): never {
  throw new Refusal(
    `It is an instance of class ${className(value)} from before that class was defined again`,
    "Make it anew: run the cell that made it.",
  );
}

export function refuseFunction(value: unknown): never {
  const name = (Object.getOwnPropertyDescriptor(value, "name")?.value as unknown) || "anonymous";
  throw new Refusal(
    `It is a function (${String(name)})`,
    "Only data travels here: close over it in the mapped function, or leave it out.",
  );
}

export function refuseSymbol(value: symbol): never {
  throw new Refusal(`It is a symbol (${value.toString()})`, "Send a string instead.");
}

export function refuseSymbolKey(key: symbol): never {
  throw new Refusal(`It has a property under a symbol, ${key.toString()}`, "Use a string as the key, or leave it out.");
}

export function refuseAccessor(): never {
  throw new Refusal("It is a getter or setter", "Send its value: a plain property, as { ...object } makes.");
}

export function refuseExtras(what: string, key: string | symbol): never {
  throw new Refusal(
    `It is ${what} with a property of its own, ${String(key)}`,
    "Send the property beside it, in a plain object.",
  );
}

export function refuseSubclass(what: string, name: string): never {
  throw new Refusal(
    `It is an instance of class ${name}, which extends ${what}`,
    `Send a plain ${what}, or register the class with encode and decode.`,
  );
}

export function refuseHookCycle(): never {
  throw new Refusal(
    "It refers back to the instance whose encode hook gave it",
    "Leave the reference out of what the hook gives.",
  );
}

/** Refuses properties beyond the `expected` first ones, which the built-in has by itself. */
export function refuseOwnKeys(value: object, what: string, expected: number): void {
  const keys = Reflect.ownKeys(value);
  if (keys.length > expected) refuseExtras(what, keys[keys.length - 1] as string | symbol);
}
