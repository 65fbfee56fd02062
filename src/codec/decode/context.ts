import type { ClassRegistry } from "../classes.js";
import type { ByteReader } from "./byte-reader.js";

/** Stands for an object that is still being made by a hook. */
export const UNMADE: unique symbol = Symbol("unmade");

/** Part of an ArrayBuffer that was sent. */
export interface MemoryPart {
  /** Offset in the ArrayBuffer that was sent. */
  readonly start: number;
  readonly end: number;
  readonly buffer: ArrayBuffer;
}

/** What came of one ArrayBuffer, by ascending offset: each part is an ArrayBuffer of its own. */
export type Memory = readonly MemoryPart[];

export interface KeyList {
  readonly keys: readonly string[];
  /** Some key cannot be assigned as data: it meets a setter, or a property of Object.prototype. */
  readonly inherited: boolean;
}

/** The decoder as its parts see it, of which each reads values of some kinds, and has it read what they hold. */
export interface Decoder {
  readonly input: ByteReader;
  readonly classes: ClassRegistry | undefined;
  readonly memories: readonly Memory[];
  /** Rewrites the stack of each error. */
  readonly mapStack: (stack: string) => string;
  /** Every object so far, in the order of the encoder's numbers. */
  readonly made: unknown[];
  readonly shapes: KeyList[];
  readonly classNames: string[];
  /** Reads a value that another holds. */
  read(): unknown;
  /** Reads a value and everything that it deferred. */
  readAll(): unknown;
}
