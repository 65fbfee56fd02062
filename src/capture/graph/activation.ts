import type { HostNode, Reference } from "./node.js";

/** One run of a scope of the user's program, with the captured functions that stand directly in it. */
export interface Activation {
  /** Names the scope in the program's text: activations of one key are of one scope. */
  key: string;
  unit: string;
  parent: Activation | undefined;
  children: Activation[];
  /** The children by their key and the number of their chain, see `ChainIds`. */
  lookup: Map<string, Activation[]>;
  /** Chain of scopes of a member, and the place of this scope in it, counted from the outermost. */
  members: { node: HostNode; depth: number }[];
  vars: Map<string, Reference>;
  functions: HostNode[];
  /** The class in whose text its code stands. */
  host?: HostNode;
}
