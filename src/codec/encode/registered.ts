import { types } from "node:util";
import { CodecError } from "../../errors.js";
import { textOf } from "../../util/describe-value.js";
import { isInstance } from "../../util/is-instance.js";
import type { ClassRegistry, RegisteredClass } from "../classes.js";
import { writeString } from "../strings.js";
import { Tag } from "../tags.js";
import type { Encoder } from "./context.js";
import { type ContainerKind, slotName } from "./kinds.js";
import { Refusal, refuseSubclass } from "./refuse.js";

/** Writes an instance of a registered class: its name, then what its hook gives, or its fields and entries. */
export function writeRegistered(encoder: Encoder, value: object): void {
  const registered = (encoder.classes as ClassRegistry).ofPrototype(Object.getPrototypeOf(value)) as RegisteredClass;
  if (registered.encode) {
    writeHook(encoder, value, registered.name, registered.encode);
    return;
  }
  encoder.writeContainer(baseKind(value, registered.name), value, registered.name);
}

function writeHook(encoder: Encoder, value: object, name: string, encode: (instance: object) => unknown): void {
  // Before the first byte, since a hook that throws is a refusal.
  const state = runHook(name, encode, value);
  encoder.out.byte(Tag.CLASS_HOOK);
  writeName(encoder, name);
  encoder.atWork.add(value);
  encoder.writeAll(state);
  encoder.atWork.delete(value);
}

function runHook(name: string, encode: (instance: object) => unknown, value: object): unknown {
  try {
    return encode(value);
  } catch (cause) {
    if (isInstance(cause, CodecError) || isInstance(cause, Refusal)) throw cause;
    throw new Refusal(`The encode hook of class ${name} threw: ${textOf(cause)}`, "See the cause.", { cause });
  }
}

/** The built-in container that the class extends. */
function baseKind(value: object, name: string): ContainerKind {
  const slot = slotName(value);
  if (slot === "Array") return Tag.ARRAY;
  if (slot === "Map") return Tag.MAP;
  if (slot === "Set") return Tag.SET;
  if (types.isNativeError(value)) return Tag.ERROR;
  if (slot !== undefined || types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value))
    return refuseSubclass(slot ?? "a built-in that cannot travel", name);
  return Tag.OBJECT;
}

export function writeClassName(encoder: Encoder, name: string): void {
  encoder.out.byte(Tag.CLASS);
  writeName(encoder, name);
}

/** Each name is written once, then meant by its position. */
function writeName({ out, classNames }: Encoder, name: string): void {
  const known = classNames.indexOf(name);
  out.unsigned(known >= 0 ? known : classNames.length);
  if (known >= 0) return;
  classNames.push(name);
  writeString(out, name);
}
