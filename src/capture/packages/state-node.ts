import type { Look } from "./look.js";

/**
 * What a package keeps, as data that two processes can compare: the objects that its exports lead to, and the variables of
 * its modules. No getter is called and no trap runs.
 */
export interface StateGraph {
  /**
   * What is known by itself: exports by their file, variables by their name, and by the names beside them, as short names
   * are given again and again in one file. The numbers are of nodes.
   */
  roots: [label: string, token: Token, scope?: string][];
  nodes: StateNode[];
}

/** A number leads to a node; a text is a value that is told by itself. */
export type Token = number | string;

export interface StateNode {
  /** Its kind; for a function with a digest of its text. */
  is: string;
  members: [key: string, token: Token][];
  /** Whether there is more of it than was read. */
  isCut?: true;
}

export interface StateLimits {
  /** Objects that are read; what lies beyond is taken for equal. */
  nodes: number;
  /** Functions whose surroundings are looked at, which takes a question to the inspector each. */
  looks: number;
}

export const STATE_LIMITS: StateLimits = { nodes: 20_000, looks: 400 };

/** The token of a getter or setter. */
export const ACCESSOR = "accessor";

/** Where the variables of a package are found: around the functions in its folder. */
export interface Surroundings {
  folder: string;
  look: Look;
}
