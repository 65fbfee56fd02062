/**
 * What a function payload says of values. Host and worker use these types, each with its own `Ref`: in the graph an object
 * is referred to by its node, in the payload by its place in the heap. Names are written out as they stand here: a table
 * of short ones made payloads a sixth smaller where they are lists of small objects, and writing and reading slower.
 */
import type { DataEntry } from "./data-entry.js";
import type { Encoded, Kind } from "./value.js";

export * from "./data-entry.js";
export * from "./value.js";

/** The `prototype` that a function was made with. */
export type PrototypeEntry<Ref> = Kind<"prototype", Ref, { function: Ref }>;
/** A method or accessor that comes with its class. */
export type ElementEntry<Ref> = Kind<
  "element",
  Ref,
  { class: Ref; key: Encoded<Ref>; slot: "value" | "get" | "set" | "private"; isStatic: boolean }
>;
/** An arrow whose code is written into its class. */
export type InnerEntry<Ref> = Kind<
  "inner",
  Ref,
  {
    class: Ref;
    index: number;
    isStatic: boolean;
    self?: Encoded<Ref> | undefined;
    /** Values of variables that the class does not see. */
    passed?: Encoded<Ref>[] | undefined;
  }
>;
/** `root` is a global's name, or see `rebuild/shared.ts`; `path` are the steps from there, see `rebuild/intrinsics.ts`. */
export type BuiltinEntry<Ref> = Kind<"builtin", Ref, { root: string; path: string[] }>;
/** `package` is its number in the payload's table. */
export type PackagedEntry<Ref> = Kind<"package", Ref, { package: number; path: string[] }>;
export type SymbolEntry<Ref> = Kind<
  "symbol",
  Ref,
  | { from: "registry"; key: string }
  | { from: "language"; name: string }
  | { from: "program"; description: Encoded<Ref> }
>;
/** What the caller sends by a token of its own. */
export type ReferenceEntry<Ref> = Kind<"reference", Ref, { token: string }>;
/** The `require` of a file. */
export type RequireEntry<Ref> = Kind<"require", Ref, { file: string }>;
/** A function with code of its own; what a surrounding function gives it, and where its code is, is known when it is written. */
export type FunctionEntry<Ref> = Kind<"function", Ref>;
export type ClassEntry<Ref> = Kind<
  "class",
  Ref,
  {
    /** Absent where the text of the class extends nothing. */
    heritage?: Encoded<Ref> | undefined;
  }
>;

/** Where code is: the number of its scope among the payload's scopes, and its own number in there. */
export interface CodePlace {
  scope: number;
  index: number;
}

/** `self` and `arguments` are those of an arrow, `home` is the prototype that `super` means in a method. */
export type PlacedFunction<Ref> = FunctionEntry<Ref> &
  CodePlace & {
    self?: Encoded<Ref> | undefined;
    arguments?: Encoded<Ref> | undefined;
    home?: Encoded<Ref> | undefined;
  };
/** `keys` are the values of computed keys, in the order of the text. */
export type PlacedClass<Ref> = ClassEntry<Ref> & CodePlace & { keys?: Encoded<Ref>[] | undefined };

/** Kinds that exist on the worker by themselves, or cannot change: the same for every call. */
export type SharedEntry<Ref> =
  | BuiltinEntry<Ref>
  | PackagedEntry<Ref>
  | SymbolEntry<Ref>
  | ReferenceEntry<Ref>
  | RequireEntry<Ref>;

/** What a class or function of the payload leads to. */
export type AttachedEntry<Ref> = PrototypeEntry<Ref> | ElementEntry<Ref> | InnerEntry<Ref>;

/** One object of a payload's heap. */
export type Entry<Ref> =
  | SharedEntry<Ref>
  | DataEntry<Ref>
  | AttachedEntry<Ref>
  | PlacedFunction<Ref>
  | PlacedClass<Ref>;

const SHARED: ReadonlySet<string> = new Set<SharedEntry<unknown>["kind"]>([
  "builtin",
  "package",
  "symbol",
  "reference",
  "require",
]);

export function isSharedKind<Ref, Other extends { kind: string }>(
  entry: SharedEntry<Ref> | Other,
): entry is SharedEntry<Ref> {
  return SHARED.has(entry.kind);
}
