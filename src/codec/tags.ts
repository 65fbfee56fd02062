/**
 * The format, version 2. A byte of version and flags, one value, then whatever was deferred for being deep, then
 * (if flagged) the buffers and, in the last eight bytes, the offset at which they start. Numbers are little-endian.
 *
 * Every value starts with one byte: 0x00 to 0x7f is that integer, 0x80 to 0x9f an ASCII string of 0 to 31 characters,
 * and the rest are the tags below.
 */
export const FORMAT_VERSION = 2;
/** Set in the first byte when the bytes end with buffers. */
export const HAS_BUFFERS = 0x80;
/** Bytes of the offset that ends a value with buffers. */
export const FOOTER_BYTES = 8;

export const SMALL_INTEGERS = 0x80;
export const SHORT_STRING = 0x80;
export const SHORT_STRING_LIMIT = 0x20;

/** Values nested deeper than this are written after the others, so that no depth exhausts the stack. */
export const MAX_DEPTH = 200;

export const Tag = {
  UNDEFINED: 0xa0,
  NULL: 0xa1,
  TRUE: 0xa2,
  FALSE: 0xa3,
  INTEGER: 0xa4,
  DOUBLE: 0xa5,
  BIGINT_64: 0xa6,
  BIGINT_POSITIVE: 0xa7,
  BIGINT_NEGATIVE: 0xa8,
  STRING_LATIN1: 0xa9,
  STRING_UTF8: 0xaa,
  STRING_UTF16: 0xab,
  REFERENCE: 0xb0,
  DEFERRED: 0xb1,
  HOLE: 0xb2,
  /** Instead of a value that was left out: a property, element or entry that is not there. */
  OMITTED: 0xb3,
  /** The same instead of an object, which has its number all the same. */
  OMITTED_OBJECT: 0xb4,
  /** Before the value of a property that is not enumerable. */
  HIDDEN: 0xb5,
  OBJECT: 0xb8,
  NULL_OBJECT: 0xb9,
  ARRAY: 0xba,
  MAP: 0xbb,
  SET: 0xbc,
  ERROR: 0xbd,
  DOM_EXCEPTION: 0xbe,
  CLASS: 0xbf,
  CLASS_HOOK: 0xc0,
  DATE: 0xc8,
  REGEXP: 0xc9,
  BOXED: 0xca,
  URL: 0xcb,
  URL_PARAMS: 0xcc,
  ARRAY_BUFFER: 0xcd,
  VIEW: 0xce,
} as const;

/** How the elements of an array follow. The packed modes come in the order of PACKED_TYPES. */
export const ArrayMode = { DENSE: 0, SPARSE: 1, PACKED: 2 } as const;
export const PACKED_TYPES = [Int8Array, Int16Array, Int32Array, Float64Array] as const;

/** Index in this list is the wire form of a view's type: append only. */
export const VIEW_TYPES = [
  "Buffer",
  "DataView",
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  "Float16Array",
] as const;

/** Index in this list is the wire form of an error's nearest built-in class: append only. */
export const ERROR_TYPES = [
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "AggregateError",
  "SuppressedError",
] as const;
