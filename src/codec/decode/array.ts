import { Malformed } from "../malformed.js";
import { readString } from "../strings.js";
import { ArrayMode, PACKED_TYPES, Tag } from "../tags.js";
import type { Decoder } from "./context.js";
import { readProperty } from "./objects.js";

/** The longest array that JavaScript has. */
const MAX_LENGTH = 2 ** 32 - 1;
/** Room for this many elements costs nothing worth saving. */
const SMALL_LENGTH = 1024;

export function readArrayContents(decoder: Decoder, array: unknown[]): void {
  const mode = decoder.input.byte();
  if (mode === ArrayMode.DENSE) {
    readDense(decoder, array);
    return;
  }
  if (mode === ArrayMode.SPARSE) {
    readSparse(decoder, array);
    return;
  }
  readPacked(decoder, array, mode - ArrayMode.PACKED);
}

function readDense(decoder: Decoder, array: unknown[]): void {
  const { input } = decoder;
  const length = input.count(1);
  for (let i = 0; i < length; i++) {
    if (input.bytes[input.position] === Tag.HOLE) skipHole(decoder, array, i);
    else array[i] = decoder.read();
  }
}

function skipHole({ input }: Decoder, array: unknown[], index: number): void {
  input.take(1);
  array.length = index + 1;
}

/** The elements that are there and properties that are none, by key. */
function readSparse(decoder: Decoder, array: unknown[]): void {
  const { input } = decoder;
  const length = input.unsigned();
  if (length > MAX_LENGTH) throw new Malformed("an array is longer than arrays can be");
  // By way of the longest length V8 takes a hash table: a claimed length alone must not allocate memory.
  if (length > SMALL_LENGTH) array.length = MAX_LENGTH;
  array.length = length;
  for (let count = input.count(2); count > 0; count--) {
    const key = readString(input);
    if (key === "length") throw new Malformed("an array's length stands among its properties");
    readProperty(decoder, array, key);
  }
}

function readPacked({ input }: Decoder, array: unknown[], type: number): void {
  const TypedArray = PACKED_TYPES[type];
  if (!TypedArray) throw new Malformed("an array is of no known form");
  const length = input.count(TypedArray.BYTES_PER_ELEMENT);
  const numbers = new TypedArray(input.copy(length * TypedArray.BYTES_PER_ELEMENT));
  for (let i = 0; i < length; i++) array[i] = numbers[i];
}
