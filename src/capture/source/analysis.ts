import { type ClassNode, type KeyNode, privateName, staticKey } from "./estree.js";
import type { Use } from "./uses.js";

export interface FreeName {
  uses: Use[];
  /** Whether the code assigns the variable itself. */
  assigned: boolean;
}

export interface DynamicImport {
  /** Where the word that imports stands in the function's text. */
  start: number;
  end: number;
  /** The specifier when it is a literal. */
  specifier: string | undefined;
  /** Where that literal stands, in code of Vite's, which names files in its own way; see `identity/vite.ts`. */
  viteLiteral?: { start: number; end: number };
}

/** What a function's text needs from around it. */
export interface Analysis {
  free: Map<string, FreeName>;
  /** Where an arrow names the `arguments` of the function around it; `shorthand` ones stand for a key as well. */
  outerArguments: { start: number; end: number; shorthand: boolean }[];
  /** Uses of the function's own name, which is a variable of the scope around it when it was declared as a statement. */
  ownName: FreeName;
  /** Uses of what the function's own call provides; arrows take these from around themselves. */
  usesThis: boolean;
  usesArguments: boolean;
  usesNewTarget: boolean;
  usesSuper: boolean;
  directEval: boolean;
  importMeta: boolean;
  imports: DynamicImport[];
  /** Literal arguments of calls of a free `require`. */
  requires: (string | undefined)[];
  /** Private names that an enclosing class declares. */
  privateNames: Set<string>;
  /** How often the code reads or writes each static member name, of whatever object. */
  memberNames: Map<string, number>;
}

export function emptyAnalysis(): Analysis {
  return {
    free: new Map(),
    outerArguments: [],
    ownName: { uses: [], assigned: false },
    usesThis: false,
    usesArguments: false,
    usesNewTarget: false,
    usesSuper: false,
    directEval: false,
    importMeta: false,
    imports: [],
    requires: [],
    privateNames: new Set(),
    memberNames: new Map(),
  };
}

/** Adds the name of a member expression, or of a key in a pattern, when the text alone tells it. */
export function noteMember({ memberNames }: Analysis, key: KeyNode, computed: boolean): void {
  const name = staticKey(key, computed);
  if (name !== undefined) memberNames.set(name, (memberNames.get(name) ?? 0) + 1);
}

export function privateNamesOf({ body }: ClassNode): Set<string> {
  return new Set(body.body.map(privateName).filter((name) => name !== undefined));
}
