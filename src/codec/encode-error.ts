import { builtinName, constructorName } from "./builtins.js";
import { refuseSymbolKeys } from "./encode-properties.js";
import type { Encoder } from "./encoder.js";
import { propertyStep } from "./path.js";
import { refuseAccessor } from "./refuse.js";
import { writeString } from "./strings.js";
import { ERROR_TYPES, Tag } from "./tags.js";

/** Nearest built-in class, the error's own class if that is another, and its name if that comes from its class. */
export function writeErrorHead({ out, classes }: Encoder, error: Error): void {
  const prototype: object = Object.getPrototypeOf(error);
  const type = nearestType(prototype);
  const className = constructorName(prototype) ?? "";
  const isRegistered = classes?.ofPrototype(prototype) !== undefined;
  const isOther = !isRegistered && className !== ERROR_TYPES[type];
  out.byte(type);
  writeString(out, isOther ? className : "");
  const name = isRegistered || Object.hasOwn(error, "name") ? undefined : readName(error);
  if (name === undefined || name === ERROR_TYPES[type]) out.byte(Tag.UNDEFINED);
  else writeString(out, name);
}

function nearestType(prototype: object): number {
  for (let proto: object | null = prototype; proto !== null; proto = Object.getPrototypeOf(proto)) {
    const index = (ERROR_TYPES as readonly (string | undefined)[]).indexOf(builtinName(proto));
    if (index >= 0) return index;
  }
  return 0;
}

function readName(error: Error): string | undefined {
  try {
    return typeof error.name === "string" ? error.name : undefined;
  } catch {
    return undefined;
  }
}

export function writeDomExceptionHead({ out }: Encoder, error: DOMException): void {
  writeString(out, error.message);
  writeString(out, error.name);
}

/** Writes every own property, hidden ones too (message, stack and cause are), each with whether it is enumerable. */
export function writeErrorContents(encoder: Encoder, error: object): void {
  refuseSymbolKeys(error);
  const keys = Object.getOwnPropertyNames(error);
  encoder.out.unsigned(keys.length);
  for (const key of keys) {
    encoder.trail?.at(propertyStep(key));
    const property = Object.getOwnPropertyDescriptor(error, key) as PropertyDescriptor;
    writeString(encoder.out, key);
    encoder.out.byte(property.enumerable ? 1 : 0);
    encoder.write(key === "stack" ? readStack(error) : plainValue(property));
  }
}

/** V8 may keep the stack behind a getter of its own. A formatter that throws costs the stack, not the error. */
function readStack(error: object): unknown {
  try {
    return (error as Error).stack;
  } catch {
    return undefined;
  }
}

function plainValue(property: PropertyDescriptor): unknown {
  if (property.get || property.set) refuseAccessor();
  return property.value;
}
