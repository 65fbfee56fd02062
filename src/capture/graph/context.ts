import type { SourcePosition } from "../../errors.js";
import type { PackagePath } from "../identity/packages.js";
import type { Owner } from "../identity/patched.js";
import type { TravelPolicy } from "../packages/travel-policy.js";
import type { Key, PropertyValue, ViewEntry } from "../payload/entry.js";
import type { CapturedPackage, PackageEntry } from "../payload/payload.js";
import type { CaptureSession } from "../session.js";
import type { Use } from "../source/uses.js";
import type { Chain } from "./chain.js";
import type { Claim, GraphEncoded, GraphEntry, HostNode } from "./node.js";
import type { Step } from "./path.js";
import type { Refusal } from "./refusal.js";

/** A global variable that the program or a package added, and that a worker is given. */
export interface CapturedGlobal {
  key: Key<HostNode>;
  property: PropertyValue<HostNode>;
  value: unknown;
  step: Step;
}

export interface WalkOptions {
  reference: ((value: object) => string | undefined) | undefined;
  /** As in `CaptureOptions`. */
  refusal?: ((value: object) => Refusal | undefined) | undefined;
  /** What refusals say of the shipped function. */
  describe(): { position: SourcePosition | undefined; excerpt: string };
  /** URL of the shipped function's script: where packages are resolved from when nothing better is known. */
  importer: string;
  /** Which packages travel by value. */
  travel: TravelPolicy;
  /** As in `CaptureOptions`. */
  setupBefore?: ReadonlySet<PropertyKey> | undefined;
}

/** A view that lies in memory which Node.js shares among small Buffers. */
export interface PooledView {
  node: HostNode<object, ViewEntry<HostNode>>;
  start: number;
  end: number;
}

/** What was captured, as far as it is known. */
export interface Graph {
  readonly nodes: readonly HostNode[];
  readonly blobs: Uint8Array[];
  /** By their keys; see `walk/builtins/captured-globals.ts`. */
  readonly globals: ReadonlyMap<PropertyKey, CapturedGlobal>;
  /** What workers have to load for objects of packages, each once. */
  readonly packages: readonly PackageEntry[];
  /** Tokens of what travels by reference. */
  readonly references: ReadonlySet<string>;
  /** Packages that the code loads through a captured `require`. */
  readonly required: readonly CapturedPackage[];
  /** The long ones among captured texts. */
  readonly longTexts: ReadonlySet<string>;
  /** The node of a value that is captured. */
  known(value: unknown): HostNode | undefined;
  /** Ends the capture with a CaptureError that names the way to the value. */
  refuse(step: Step, refusal: Refusal): never;
}

/** The same, with which packages travel by value. */
export interface WithPolicy extends Graph {
  readonly options: Pick<WalkOptions, "travel">;
}

/** The walker, as the parts of the walk and the passes after it see it: none of them imports the walker itself. */
export interface WalkContext extends Graph {
  readonly session: CaptureSession;
  readonly options: WalkOptions;
  readonly globals: Map<PropertyKey, CapturedGlobal>;
  readonly required: CapturedPackage[];
  /** Functions that are methods of a captured class, and which. */
  readonly claims: Map<unknown, Claim>;
  /** Views that lie in a shared pool, by their pool. */
  readonly pools: Map<ArrayBuffer, PooledView[]>;

  /** The encoded form of a value that is needed as a whole. */
  encode(value: object, step: Step): HostNode;
  encode(value: unknown, step: Step): GraphEncoded;
  /** The encoded form of a value of which the code uses what `use` says. */
  need(value: unknown, use: Use, step: Step): GraphEncoded;
  /** Has all of a node's object walked that was met in part so far. */
  takeWhole(node: HostNode): void;
  /** Leaves a task for when what is being walked now is done. */
  later(task: () => void): void;
  /** Runs until nothing is left to be walked. */
  finish(): void;
  /** Nothing more can be added: whatever is met after this is an error of nodewren's own. */
  close(): void;

  addNode<Value, Kind extends GraphEntry>(value: Value, step: Step, entry: Kind): HostNode<Value, Kind>;
  /** Adds an object that workers have from a package. */
  addPackage(value: object, step: Step, found: PackagePath): HostNode;
  /** Calls `take` for the entries of a weak collection whose keys travel: now, or as soon as the walk meets them. */
  whenReached<E extends { key: unknown }>(
    collection: HostNode,
    entries: readonly E[],
    take: (entry: E, key: HostNode) => void,
  ): void;
  isImported(value: unknown): boolean;
  rememberImport(value: unknown, path: PackagePath): void;
  /** Where an object is found among what the captured modules import from packages. */
  pathFromImports(value: object): PackagePath | undefined;
  /** Where a value is found among what loaded CommonJS modules export, as far as their packages travel by reference. */
  requiredPath(value: object | symbol): PackagePath | undefined;

  /** What an object's prototypes say of it. */
  chainOf(value: object): Chain;
  /** Whether a value is a function of the engine's or of Node's. */
  isInternal(value: unknown): boolean;
  /** What `find` says of a member's name, asked once for each capture: between captures the program may change it. */
  patched(name: PropertyKey, find: (name: PropertyKey) => Owner[]): readonly Owner[];
}
