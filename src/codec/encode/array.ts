import { type InspectOptions, inspect } from "node:util";
import { ArrayMode, PACKED_TYPES, Tag } from "../tags.js";
import type { Encoder } from "./context.js";
import { elementStep, indexStep } from "./path.js";
import { refuseSymbolKeys, writeProperties } from "./properties.js";

/** Up to this length all property names are listed; that costs too much for longer arrays, which are inspected. */
const LISTED_LENGTH = 32;
/** Shorter arrays of numbers are as small one by one. */
const PACKED_LENGTH = 8;
/** An array whose samples show a hole is taken for sparse. */
const SAMPLES = 16;

/** Shows what an array has besides its elements, hidden ones included; in full, as the program may have set defaults. */
const NAMES_ONLY: InspectOptions = {
  maxArrayLength: 0,
  showHidden: true,
  depth: 0,
  customInspect: false,
  getters: false,
  colors: false,
  numericSeparator: false,
  compact: true,
  breakLength: Infinity,
};

// biome-ignore lint/suspicious/noExplicitAny: not in TypeScript's library
const lookupGetter = (Object.prototype as any).__lookupGetter__ as (this: object, key: PropertyKey) => unknown;

export function writeArrayContents(encoder: Encoder, array: readonly unknown[]): void {
  if (!isDense(array)) writeSparse(encoder, array);
  else if (!writePacked(encoder, array)) writeDense(encoder, array);
}

/** Whether an array is its elements and nothing more. May be true of a long array with a few holes. */
function isDense(array: readonly unknown[]): boolean {
  const { length } = array;
  if (length <= LISTED_LENGTH) {
    const keys = Reflect.ownKeys(array);
    if (keys.length !== length + 1 || keys[length] !== "length") return false;
  } else if (Object.getOwnPropertySymbols(array).length > 0 || samplesShowHole(array)) {
    return false;
  }
  return !hasElementGetters(array) && (length <= LISTED_LENGTH || !hasNamedProperties(array));
}

function samplesShowHole(array: readonly unknown[]): boolean {
  const { length } = array;
  for (let i = 0; i < SAMPLES; i++)
    if (!Object.hasOwn(array, Math.floor((i * (length - 1)) / (SAMPLES - 1)))) return true;
  return false;
}

/** Must come before any element is read. */
function hasElementGetters(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i++) if (lookupGetter.call(array, i) !== undefined) return true;
  return false;
}

/** Node asks V8 for the names that are no indices, which no list of all names can match in speed. */
function hasNamedProperties(array: readonly unknown[]): boolean {
  if (Object.getPrototypeOf(array) !== Array.prototype) return true;
  return inspect(array, NAMES_ONLY) !== `[ ... ${array.length} more items, [length]: ${array.length} ]`;
}

function writeDense(encoder: Encoder, array: readonly unknown[]): void {
  const { out, trail } = encoder;
  const { length } = array;
  out.byte(ArrayMode.DENSE);
  out.unsigned(length);
  for (let i = 0; i < length; i++) {
    const element = array[i];
    trail?.at(indexStep(i));
    if (element === undefined && !Object.hasOwn(array, i)) out.byte(Tag.HOLE);
    else encoder.write(element);
  }
}

function writeSparse(encoder: Encoder, array: readonly unknown[]): void {
  refuseSymbolKeys(encoder, array);
  const names = Object.getOwnPropertyNames(array).filter((name) => name !== "length");
  encoder.out.byte(ArrayMode.SPARSE);
  encoder.out.unsigned(array.length);
  writeProperties(encoder, array, names, elementStep);
}

/** Writes an array of numbers in the narrowest type that holds them all. False: something else is among them. */
function writePacked({ out }: Encoder, array: readonly unknown[]): boolean {
  const type = array.length >= PACKED_LENGTH ? packedType(array) : -1;
  if (type < 0) return false;
  const TypedArray = PACKED_TYPES[type] as (typeof PACKED_TYPES)[number];
  out.byte(ArrayMode.PACKED + type);
  out.unsigned(array.length);
  out.raw(new Uint8Array(new TypedArray(array as number[]).buffer));
  return true;
}

/** Index in PACKED_TYPES, or -1. */
function packedType(array: readonly unknown[]): number {
  let low = 0;
  let high = 0;
  let integers = true;
  for (let i = 0; i < array.length; i++) {
    const element = array[i];
    if (typeof element !== "number") return -1;
    if (integers && ((element | 0) !== element || Object.is(element, -0))) integers = false;
    if (element < low) low = element;
    if (element > high) high = element;
  }
  return integers ? integerType(low, high) : 3;
}

function integerType(low: number, high: number): number {
  if (low >= -0x80 && high <= 0x7f) return 0;
  return low >= -0x8000 && high <= 0x7fff ? 1 : 2;
}
