/** What entries of a payload are made of: references, primitive values, properties, and what any object may have. */

/** Place of an object in the heap of a payload. */
export type HeapReference = readonly [id: number];

/** What JSON has no word for. */
export type Odd =
  | readonly ["undefined"]
  | readonly ["number", text: "NaN" | "Infinity" | "-Infinity" | "-0"]
  | readonly ["bigint", text: string];

export type Primitive = null | boolean | number | string | Odd;

export type Encoded<Ref> = Primitive | Ref;

/** A place of an array; holes are not undefined. */
export type Element<Ref> = Encoded<Ref> | readonly ["hole"];

/** A text, or a symbol. */
export type Key<Ref> = string | Ref;

/** A value stands for a data property that can be written, listed and configured; other properties have flags. */
export type PropertyValue<Ref> =
  | Encoded<Ref>
  | readonly ["data", flags: number, value: Encoded<Ref>]
  | readonly ["accessor", flags: number, get: Encoded<Ref>, set: Encoded<Ref>];

/** Flags of a property's descriptor. */
export const WRITABLE = 1;
export const ENUMERABLE = 2;
export const CONFIGURABLE = 4;
export const PLAIN = WRITABLE | ENUMERABLE | CONFIGURABLE;

/** Key, value, key, value, …; see `properties.ts`. */
export type Properties<Ref> = (Key<Ref> | PropertyValue<Ref>)[];

/** What may not be done to an object. */
export type Extensibility = "notExtensible" | "sealed" | "frozen";

/** A class whose private elements an object has. */
export interface Stamp<Ref> {
  class: Ref;
  /** Whether the class extends nothing, so that it makes the object itself. */
  isBase: boolean;
}

/** Values of an object's private fields of one class. */
export interface PrivateValues<Ref> {
  class: Ref;
  values: [name: string, value: Encoded<Ref>][];
}

/** What any object may have besides what makes its kind. */
export interface Common<Ref> {
  /** The prototype, where it is not the one that the object is made with, nor needed to make it. */
  latePrototype?: Encoded<Ref> | undefined;
  /** Own properties that the object is made with and must lose. */
  dropped?: Key<Ref>[] | undefined;
  properties?: Properties<Ref> | undefined;
  extensibility?: Extensibility | undefined;
  /** Base class first. */
  stamps?: Stamp<Ref>[] | undefined;
  privates?: PrivateValues<Ref>[] | undefined;
  /** Whether all calls may share it: nobody changes it. */
  isShared?: true | undefined;
}

export const UNDEFINED: Odd = ["undefined"];

/** An entry of a kind. */
export type Kind<K extends string, Ref, Fields = unknown> = Common<Ref> & { kind: K } & Fields;
