import type { Properties } from "../payload/entry.js";
import type { PackageEntry } from "../payload/payload.js";
import type { Activation } from "./activation.js";
import type { GraphEncoded, HostNode } from "./node.js";

/** What was asked to be captured. */
export interface Roots {
  /** The shipped function's own name. */
  name: string;
  root: GraphEncoded;
  classes: [name: string, encoded: GraphEncoded][];
  helpers: [name: string, encoded: GraphEncoded][];
}

/** What `resolve` gives and `emit` writes: all that travels, with every decision taken. */
export interface CompleteGraph extends Roots {
  /** In an order in which each can be made from those before it. */
  readonly heap: readonly HostNode[];
  /** Functions whose code is written out, in the order in which they were met. */
  readonly coded: readonly HostNode[];
  /** The outermost scope of each unit of code, with all scopes within. */
  readonly units: readonly Activation[];
  readonly packages: readonly PackageEntry[];
  /** What a worker loads before all else, for what loading it does. */
  readonly first: readonly PackageEntry[];
  readonly blobs: readonly Uint8Array[];
  /** Put on the worker's global object before each call. */
  readonly globals: Properties<HostNode>;
}
