import type { FunctionLook } from "../inspect/look.js";
import type { Script } from "../inspect/scripts.js";
import type {
  AttachedEntry,
  ClassEntry,
  DataEntry,
  Encoded,
  FunctionEntry,
  HeapReference,
  PrivateValues,
  PropertyValue,
  SharedEntry,
} from "../payload/entry.js";
import type { FunctionSource } from "../source/function-source.js";
import type { Callable } from "../types.js";
import type { Step } from "./path.js";

/** A variable that a captured function uses, and where in its chain of scopes it was found. */
export interface Reference {
  name: string;
  /** Index into the chain of scopes; -1 for a global of the user's own. */
  view: number;
  value: unknown;
  assigned: boolean;
  encoded: GraphEncoded;
  /** Whether no use of it here can change or pass on a list of primitives. */
  harmless: boolean;
  /** Whether it is one variable with the import of it in another module; see `scopes/live-imports.ts`. */
  live?: boolean;
  /** Whether it is the name of a function expression around the function; see `walk/functions/function-expression-name.ts`. */
  isName?: boolean;
}

/** What is known of a captured function whose code travels. */
export interface FunctionInfo {
  fn: Callable;
  /** Its own name, where that is a text. */
  name: string | undefined;
  source: FunctionSource;
  look: FunctionLook;
  script: Script | undefined;
  strict: boolean;
  references: Reference[];
  /** For each dynamic import of its code, the file of a package where Vite has named one; see `identity/vite.ts`. */
  importedFiles: readonly (string | undefined)[];
  /** Whether its code must not find it under its own name; see `resolve/contested-names.ts`. */
  losesOwnName: boolean;
  /** What the surrounding function gave an arrow. */
  self: GraphEncoded | undefined;
  args: GraphEncoded | undefined;
  /** Prototype of the home object, for a method of an object literal that uses `super`. */
  home: GraphEncoded | undefined;
  classInfo: ClassInfo | undefined;
  /** Set once a class has claimed this function as its own method. */
  element: Claim | undefined;
  /** The class in whose text it stands again, as its private names mean something there alone. */
  host: HostNode | undefined;
  /** For an arrow with `super` whose code is written into its class: the class, and the arrow's number there. */
  inside: { owner: HostNode; index: number; isStatic: boolean } | undefined;
}

/** That a function is a method or accessor of a captured class, and which. */
export interface Claim {
  owner: HostNode;
  isStatic: boolean;
  key: GraphEncoded;
  /** "private" for a private method, whose key is its name. */
  slot: "value" | "get" | "set" | "private";
}

/** An arrow in a class's text, at an offset there. */
export interface InnerArrow {
  info: FunctionInfo;
  offset: number;
  isStatic: boolean;
  /** Variables of the method around it, which the class does not see: they never change, so their values are passed. */
  passed: Set<string>;
}

export interface ClassInfo {
  heritage: GraphEncoded | undefined;
  /** Values of computed keys, by the offset of the key's node. */
  keys: Map<number, GraphEncoded>;
  staticPrivates: PrivateValues<HostNode>["values"];
  /** Whether instances with private elements of this class are captured. */
  stamped: boolean;
  /** Private methods that are captured by themselves. */
  handedOut: Set<string>;
  inner: InnerArrow[];
}

/** What is known of a captured proxy. */
export interface ProxyLook {
  target: object;
  handler: object;
  /** Whether it has a trap for reading members. */
  reads: boolean;
  /** Whether its traps are code of a notebook's kernel or a test runner. */
  foreign: boolean;
}

/** An encoded value, in the graph. */
export type GraphEncoded = Encoded<HostNode>;

/** What is written of an object, in the graph. */
export type GraphEntry =
  | SharedEntry<HostNode>
  | DataEntry<HostNode>
  | AttachedEntry<HostNode>
  | FunctionEntry<HostNode>
  | ClassEntry<HostNode>;

/** A function or class. */
export type CodeNode = HostNode<Callable>;

/** A captured object. As JSON it is a reference to its place in the heap. */
export class HostNode<Value = unknown, Kind extends GraphEntry = GraphEntry> {
  /** Place in the heap; set when the payload is written. */
  order = -1;
  /** Objects that must exist before this one can be made. */
  needs: HostNode[] = [];
  whole = false;
  /** Properties captured so far, when not the whole object is needed. */
  partial: Map<string, PropertyValue<HostNode>> | undefined;
  fn: FunctionInfo | undefined;
  proxy: ProxyLook | undefined;
  bytes = 0;
  /** Walks what the object holds; called once, when all of it is needed. */
  fill: (() => void) | undefined;

  constructor(
    readonly value: Value,
    readonly step: Step,
    /** Its kind is decided when the object is met, the rest when it is walked or resolved. */
    public entry: Kind,
  ) {}

  toJSON(): HeapReference {
    return [this.order];
  }
}

/** Whether an encoded value is an object of the graph, and not written out in place. */
export function isNode(encoded: unknown): encoded is HostNode {
  return encoded instanceof HostNode;
}

/** What is known of a function when it is met; the rest is found out later. */
export function functionInfo(
  known: Pick<FunctionInfo, "fn" | "name" | "source" | "look" | "script" | "strict" | "importedFiles">,
): FunctionInfo {
  return {
    ...known,
    references: [],
    losesOwnName: false,
    self: undefined,
    args: undefined,
    home: undefined,
    classInfo: undefined,
    element: undefined,
    host: undefined,
    inside: undefined,
  };
}

/** For nodes of functions. */
export function infoOf(node: HostNode): FunctionInfo {
  return node.fn as FunctionInfo;
}
