import { Malformed } from "../malformed.js";
import { readString } from "../strings.js";
import { Tag } from "../tags.js";
import type { Decoder, KeyList } from "./context.js";

/** Makes a property as data, whatever the prototypes hold: `__proto__` becomes a property like any other. */
export function define(target: object, key: PropertyKey, value: unknown, enumerable = true): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true });
}

/** Reads the fields of a plain object, of one without a prototype, or of a registered class. */
export function readFields(decoder: Decoder, target: Record<string, unknown>): void {
  const id = decoder.input.unsigned();
  const isPlain = Object.getPrototypeOf(target) === Object.prototype;
  if (id === 0) {
    if (isPlain) readDictionary(decoder, target);
    else readProperties(decoder, target);
    return;
  }
  const { keys, inherited } = decoder.shapes[id - 1] ?? readShape(decoder, id);
  if (inherited || !isPlain) {
    for (const key of keys) readProperty(decoder, target, key);
  } else {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      if (isMarked(decoder)) readProperty(decoder, target, key);
      else target[key] = decoder.read();
    }
  }
}

/** Whether the property that comes next is hidden or was left out. */
function isMarked({ input }: Decoder): boolean {
  const tag = input.bytes[input.position] as number;
  return tag === Tag.HIDDEN || isOmitted(tag);
}

function isOmitted(tag: number | undefined): boolean {
  return tag === Tag.OMITTED || tag === Tag.OMITTED_OBJECT;
}

/** Reads a property that may be hidden, or left out. */
export function readProperty(decoder: Decoder, target: object, key: string): void {
  const { input } = decoder;
  const isHidden = input.bytes[input.position] === Tag.HIDDEN;
  if (isHidden) input.take(1);
  if (!skipOmitted(decoder)) define(target, key, decoder.read(), !isHidden);
}

/** Reads past a value that was left out, if that is what comes next. */
export function skipOmitted(decoder: Decoder): boolean {
  const { input } = decoder;
  if (!isOmitted(input.bytes[input.position])) return false;
  decoder.read();
  return true;
}

function readShape({ input, shapes }: Decoder, id: number): KeyList {
  if (id !== shapes.length + 1) throw new Malformed("a list of keys is missing");
  const keys: string[] = [];
  for (let count = input.count(1); count > 0; count--) keys.push(readString(input));
  const shape = { keys, inherited: keys.some((key) => key in Object.prototype) };
  shapes.push(shape);
  return shape;
}

/** Assigns where that makes data, for it is several times faster than to define. */
function readDictionary(decoder: Decoder, target: Record<string, unknown>): void {
  const { input } = decoder;
  for (let count = input.count(2); count > 0; count--) {
    const key = readString(input);
    if (key in Object.prototype || isMarked(decoder)) readProperty(decoder, target, key);
    else target[key] = decoder.read();
  }
}

/** Reads properties of which each stands beside its key. */
export function readProperties(decoder: Decoder, target: object): void {
  const { input } = decoder;
  for (let count = input.count(2); count > 0; count--) {
    readProperty(decoder, target, readString(input));
  }
}

/** Reads an error's properties, which replace those that its constructor made. */
export function readErrorProperties(decoder: Decoder, error: object): void {
  const { input } = decoder;
  for (let count = input.count(3); count > 0; count--) {
    const key = readString(input);
    const enumerable = input.byte() === 1;
    if (skipOmitted(decoder)) continue;
    const value = decoder.read();
    const isStack = key === "stack" && typeof value === "string";
    define(error, key, isStack ? decoder.mapStack(value) : value, enumerable);
  }
}
