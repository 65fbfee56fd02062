import { builtinName, constructorName } from "../builtins.js";
import { writeString } from "../strings.js";
import { ERROR_TYPES, Tag } from "../tags.js";
import type { Encoder } from "./context.js";
import { propertyStep } from "./path.js";
import { refuseSymbolKeys } from "./properties.js";

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

/**
 * Writes every own property, hidden ones too (message, stack and cause are), each with whether it is enumerable; then
 * what the error's class computes of those that every error has.
 */
export function writeErrorContents(encoder: Encoder, error: object): void {
  refuseSymbolKeys(encoder, error);
  const keys = Object.getOwnPropertyNames(error);
  const computed = travelsWithClass(encoder, error) ? [] : computedFields(error);
  encoder.out.unsigned(keys.length + computed.length);
  for (const key of keys) writeOwn(encoder, error, key);
  for (const [key, value] of computed) {
    encoder.trail?.at(propertyStep(key));
    writeKey(encoder, key, false);
    encoder.write(value);
  }
}

function writeOwn(encoder: Encoder, error: object, key: string): void {
  encoder.trail?.at(propertyStep(key));
  const property = Object.getOwnPropertyDescriptor(error, key) as PropertyDescriptor;
  writeKey(encoder, key, property.enumerable === true);
  if (key === "stack") encoder.write(readStack(encoder, error));
  else if (property.get || property.set) encoder.writeErrorAccessor(error, key);
  else encoder.write(property.value);
}

function writeKey({ out }: Encoder, key: string, enumerable: boolean): void {
  writeString(out, key);
  out.byte(enumerable ? 1 : 0);
}

/** V8 may keep the stack behind a getter of its own. A formatter that throws costs the stack, not the error. */
function readStack({ mapStack }: Encoder, error: object): unknown {
  try {
    const stack: unknown = (error as Error).stack;
    return typeof stack === "string" ? mapStack(stack) : stack;
  } catch {
    return undefined;
  }
}

/** What every error has, and a class may compute instead; its name travels in the head. */
const COMMON_FIELDS = ["message", "stack", "cause"];

/** Whether the error's class is there as well, and computes by itself what it computes here. */
function travelsWithClass({ classes }: Encoder, error: object): boolean {
  const prototype: object = Object.getPrototypeOf(error);
  return prototype === DOMException.prototype || classes?.ofPrototype(prototype) !== undefined;
}

/** Those that only a getter of the error's class gives. */
function computedFields(error: object): [key: string, value: unknown][] {
  return COMMON_FIELDS.flatMap((key): [string, unknown][] => {
    const value = hasGetter(error, key) ? readInherited(error, key) : undefined;
    return value === undefined ? [] : [[key, value]];
  });
}

function hasGetter(error: object, key: string): boolean {
  if (Object.hasOwn(error, key)) return false;
  for (let proto = Object.getPrototypeOf(error); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const property = Object.getOwnPropertyDescriptor(proto, key);
    if (property) return property.get !== undefined;
  }
  return false;
}

function readInherited(error: object, key: string): unknown {
  try {
    return Reflect.get(error, key);
  } catch {
    return undefined;
  }
}
