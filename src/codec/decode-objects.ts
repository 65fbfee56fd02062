import type { Decoder } from "./decoder.js";
import { Malformed } from "./malformed.js";
import { readString } from "./strings.js";

export interface KeyList {
  readonly keys: readonly string[];
  /** Some key cannot be assigned as data: it meets a setter, or a property of Object.prototype. */
  readonly inherited: boolean;
}

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
    for (const key of keys) define(target, key, decoder.read());
  } else {
    for (let i = 0; i < keys.length; i++) target[keys[i] as string] = decoder.read();
  }
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
    if (key in Object.prototype) define(target, key, decoder.read());
    else target[key] = decoder.read();
  }
}

/** Reads properties of which each stands beside its key. */
export function readProperties(decoder: Decoder, target: object): void {
  const { input } = decoder;
  for (let count = input.count(2); count > 0; count--) {
    const key = readString(input);
    define(target, key, decoder.read());
  }
}

/** Reads an error's properties, which replace those that its constructor made. */
export function readErrorProperties(decoder: Decoder, error: object): void {
  const { input } = decoder;
  for (let count = input.count(3); count > 0; count--) {
    const key = readString(input);
    const enumerable = input.byte() === 1;
    const value = decoder.read();
    const isStack = key === "stack" && typeof value === "string";
    define(error, key, isStack ? decoder.mapStack(value) : value, enumerable);
  }
}
