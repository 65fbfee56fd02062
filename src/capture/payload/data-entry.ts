import type { Element, Encoded, Kind } from "./value.js";

export type ObjectEntry<Ref> = Kind<
  "object",
  Ref,
  {
    /** Absent for `Object.prototype`. */
    prototype?: Encoded<Ref> | undefined;
  }
>;
export type ArrayEntry<Ref> = Kind<
  "array",
  Ref,
  {
    length: number;
    /** Absent where the elements are among the properties. */
    elements?: Element<Ref>[] | undefined;
  }
>;
export type MapEntry<Ref> = Kind<
  "map",
  Ref,
  {
    /** Key, value, key, value, … */
    entries: Encoded<Ref>[];
  }
>;
export type SetEntry<Ref> = Kind<"set", Ref, { values: Encoded<Ref>[] }>;
/** With the entries whose keys travel. */
export type WeakMapEntry<Ref> = Kind<"weakMap", Ref, { entries: Encoded<Ref>[] }>;
export type WeakSetEntry<Ref> = Kind<"weakSet", Ref, { values: Encoded<Ref>[] }>;
export type DateEntry<Ref> = Kind<"date", Ref, { time: Encoded<Ref> }>;
export type RegExpEntry<Ref> = Kind<
  "regexp",
  Ref,
  { source: string; flags: string; lastIndex?: Encoded<Ref> | undefined }
>;
export type ErrorEntry<Ref> = Kind<"error", Ref>;
/** `Object(value)` of a primitive value. */
export type WrapperEntry<Ref> = Kind<"wrapper", Ref, { value: Encoded<Ref> }>;
export type ArgumentsEntry<Ref> = Kind<"arguments", Ref, { isSloppy: boolean }>;
export type BufferEntry<Ref> = Kind<
  "buffer",
  Ref,
  {
    blob: number;
    /** The most that it may grow to, in bytes; absent for memory of fixed size. */
    maxBytes?: number | undefined;
  }
>;
export type ViewEntry<Ref> = Kind<
  "view",
  Ref,
  {
    /** Name of the class: "Float64Array", "DataView", "Buffer" and so on. */
    type: string;
    /** Its memory; null until that is found. */
    buffer: Ref | null;
    /** In bytes. */
    offset: number;
    /** In elements; absent for a view that follows its memory. */
    length?: number | undefined;
  }
>;
export type BoundEntry<Ref> = Kind<
  "bound",
  Ref,
  {
    target: Encoded<Ref>;
    self: Encoded<Ref>;
    arguments: Encoded<Ref>[];
    /** Whether its name is the one that binding gives: those of long chains of bound functions are long. */
    isNamed?: true | undefined;
  }
>;
export type ProxyEntry<Ref> = Kind<"proxy", Ref, { target: Encoded<Ref>; handler: Encoded<Ref> }>;
/** What `console.createTask()` gives. */
export type TaskEntry<Ref> = Kind<"task", Ref>;
/** What a constructor gives for these arguments. */
export type ConstructedEntry<Ref> = Kind<"constructed", Ref, { maker: Encoded<Ref>; arguments: Encoded<Ref>[] }>;
/** What a function of Node's gives for these arguments, the same object each time. */
export type CalledEntry<Ref> = Kind<"called", Ref, { maker: Encoded<Ref>; arguments: Encoded<Ref>[] }>;
/** The `searchParams` of a URL. */
export type SearchParamsEntry<Ref> = Kind<"searchParams", Ref, { url: Encoded<Ref> }>;
/** Modules of packages that travel by value, for code that loads some by names that only running it tells. */
export interface LoadedFiles<Ref> {
  /** The file whose `require` it is. */
  importer: string;
  /** A map of files to what they export. */
  exports: Ref;
  /** Folders of those packages: what else of them is loaded is loaded with these modules. */
  folders: string[];
}

/** The same, where some of what it loads travels by value: specifier, exports, specifier, exports, … `others` loads the rest. */
export type PartlyLoadedEntry<Ref> = Kind<
  "partlyLoaded",
  Ref,
  { others: Ref; loaded: Encoded<Ref>[]; files?: LoadedFiles<Ref> | undefined }
>;

/** Objects that are not made by code of the payload. */
export type DataEntry<Ref> =
  | ObjectEntry<Ref>
  | ArrayEntry<Ref>
  | MapEntry<Ref>
  | SetEntry<Ref>
  | WeakMapEntry<Ref>
  | WeakSetEntry<Ref>
  | DateEntry<Ref>
  | RegExpEntry<Ref>
  | ErrorEntry<Ref>
  | WrapperEntry<Ref>
  | ArgumentsEntry<Ref>
  | BufferEntry<Ref>
  | ViewEntry<Ref>
  | BoundEntry<Ref>
  | ProxyEntry<Ref>
  | TaskEntry<Ref>
  | ConstructedEntry<Ref>
  | CalledEntry<Ref>
  | SearchParamsEntry<Ref>
  | PartlyLoadedEntry<Ref>;
