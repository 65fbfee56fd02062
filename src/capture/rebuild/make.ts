import type { Entry, HeapReference } from "../payload/entry.js";
import type { Heap } from "./values.js";

/** An entry of a payload's heap. */
export type HeapEntry = Entry<HeapReference>;

/** A scope's code at work: `s` sets its variables, `m` makes functions, classes and inner scopes by their number. */
export interface LiveScope {
  s(values: readonly unknown[]): void;
  m(index: number, extra?: object): unknown;
}

/** What code of the payload and the rebuilding tell each other about one function or class while it is made. */
export interface ClassHooks {
  heritage?: unknown;
  keys?: unknown[];
  stamping?: boolean;
  /** Ends a constructor that is stamping, with the object that it has made. */
  leave?: (made: object) => never;
  /** Length of the class, where the text as it is written would give another. */
  length?: number;
  set?: (target: object, name: string, value: unknown) => void;
  /** Make the arrows that stand in the class's code, for the `this` that they are called with. */
  inner?: (index: number) => unknown;
  innerStatic?: (index: number) => unknown;
  /** Gives what makes a scope of the class's methods, by its number. */
  scopes?: (index: number) => () => LiveScope;
  /** Gives a private method, of an object that has it. */
  read?: (target: object, name: string) => unknown;
  /** Gives the arrow that was made last the values of variables that the class does not see. */
  pass?: (values: unknown[]) => void;
  /** The object that a method which uses `super` was written in. */
  home?: object;
}

/** What belongs to one instantiation besides its objects. */
export interface Run {
  scopes: LiveScope[];
  /** Makes a scope, when something is first asked of it. */
  makeScope(index: number): LiveScope;
  hooks: ClassHooks[];
}

/** Makes the object of a heap entry from entries before it, without what it holds: that is filled in later. */
export type Make = (heap: Heap, run: Run) => unknown;

/** Puts into an object what it holds, once every object of the instantiation exists. */
export type Fill = (heap: Heap, target: object, run: Run) => void;

/** What a function of the payload's code gives. */
export function scopeAt(run: Run, index: number): LiveScope {
  const made = run.scopes[index] ?? run.makeScope(index);
  run.scopes[index] = made;
  return made;
}

export function hooksOf({ hooks }: Run, [id]: HeapReference): ClassHooks {
  return hooks[id] as ClassHooks;
}
