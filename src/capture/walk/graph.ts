import type { FunctionLook } from "../inspect/look.js";
import type { Script } from "../inspect/scripts.js";
import type { FunctionSource } from "../source/function-source.js";
import type { Callable, Loose } from "../types.js";

/** One step on the way from the shipped function to a value; written out only when somebody has to read it. */
export interface Step {
  from: Step | undefined;
  text: string;
}

export function pathText(step: Step | undefined): string {
  const parts: string[] = [];
  for (let at = step; at; at = at.from) parts.push(at.text);
  return parts.reverse().join("");
}

/** A variable that a captured function uses, and where in its chain of scopes it was found. */
export interface Reference {
  name: string;
  /** Index into the chain of scopes; -1 for a global of the user's own. */
  view: number;
  value: unknown;
  assigned: boolean;
  encoded: Loose;
  /** Whether no use of it here can change or pass on a list of primitives. */
  harmless: boolean;
  /** Whether it is one variable with the import of it in another module; see `emit/live-imports.ts`. */
  live?: boolean;
  /** Whether it is the name of a function expression around the function; see `own-name.ts`. */
  isName?: boolean;
}

/** What is known of a captured function whose code travels. */
export interface FunctionInfo {
  fn: Callable;
  source: FunctionSource;
  look: FunctionLook;
  script: Script | undefined;
  strict: boolean;
  references: Reference[];
  /** What the surrounding function gave an arrow. */
  self: Loose;
  args: Loose;
  /** Prototype of the home object, for a method of an object literal that uses `super`. */
  home: Loose;
  classInfo: ClassInfo | undefined;
  /** Set once a class has claimed this function as its own method. */
  element: { owner: HostNode; isStatic: boolean; key: Loose; slot: string } | undefined;
  /** For an arrow whose code is written into its class: the class, and the arrow's number there. */
  inside: { owner: HostNode; index: number; isStatic: boolean } | undefined;
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
  heritage: Loose;
  /** Values of computed keys, by the offset of the key's node. */
  keys: Map<number, Loose>;
  staticPrivates: Loose[];
  /** Whether instances with private elements of this class are captured. */
  stamped: boolean;
  inner: InnerArrow[];
}

/** What is known of a captured proxy. */
export interface ProxyLook {
  target: object;
  handler: object;
  /** Whether it has a trap for reading members. */
  reads: boolean;
  /** Whether its traps are code of a package, such as a notebook's kernel or a test runner. */
  foreign: boolean;
}

/** A captured object. As JSON it is a reference to its place in the heap. */
export class HostNode {
  /** The heap entry; its kind is decided when the object is met, the rest when it is processed. */
  data: Loose;
  /** Place in the heap; set when the payload is written. */
  order = -1;
  /** Objects that must exist before this one can be made. */
  needs: HostNode[] = [];
  whole = false;
  /** Properties captured so far, when not the whole object is needed. */
  partial: Map<string, Loose> | undefined;
  fn: FunctionInfo | undefined;
  proxy: ProxyLook | undefined;
  bytes = 0;

  constructor(
    readonly value: Loose,
    readonly step: Step,
  ) {}

  toJSON(): [number] {
    return [this.order];
  }
}

/** Whether an encoded value is an object of the graph, and not written out in place. */
export function isNode(encoded: Loose): encoded is HostNode {
  return encoded instanceof HostNode;
}

/** What is known of a function when it is met; the rest is found out later. */
export function functionInfo(known: Pick<FunctionInfo, "fn" | "source" | "look" | "script" | "strict">): FunctionInfo {
  return {
    ...known,
    references: [],
    self: undefined,
    args: undefined,
    home: undefined,
    classInfo: undefined,
    element: undefined,
    inside: undefined,
  };
}
