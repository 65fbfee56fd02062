import { types } from "node:util";
import { CaptureError } from "../../errors.js";
import type { Chain } from "../graph/chain.js";
import type { CapturedGlobal, PooledView, WalkContext, WalkOptions } from "../graph/context.js";
import type { Claim, GraphEncoded, GraphEntry } from "../graph/node.js";
import { HostNode } from "../graph/node.js";
import { pathText, type Step } from "../graph/path.js";
import { ReachedKeys } from "../graph/reached-keys.js";
import type { Refusal } from "../graph/refusal.js";
import { builtinOf, isInternal } from "../identity/builtins.js";
import type { PackagePath } from "../identity/packages.js";
import type { Owner } from "../identity/patched.js";
import { isObject } from "../is-object.js";
import { packageFolderOf } from "../packages/package-folder.js";
import { NeedsByValue } from "../packages/settle-travel.js";
import type { CapturedPackage, PackageEntry } from "../payload/payload.js";
import type { CaptureSession } from "../session.js";
import type { Use } from "../source/uses.js";
import type { Callable } from "../types.js";
import { meetFunction } from "./functions/functions.js";
import { ImportRoots } from "./packages/import-roots.js";
import { KnownPackages } from "./packages/known-packages.js";
import { packagedObject } from "./packages/package-export.js";
import { needMember } from "./packages/partial-objects.js";
import { isRequire, needRequire, needWholeRequire } from "./packages/requires.js";
import { meetObject } from "./values/objects.js";
import { encodePrimitive } from "./values/primitives.js";
import { Chains } from "./values/prototype-kinds.js";
import { refusalOf } from "./values/refusals.js";
import { symbolEntry } from "./values/symbols.js";
import { encodeSharedKeys } from "./values/weak-keys.js";

const LONG_TEXT = 65_536;

/** Walks everything that a function needs, with a list of tasks and no recursion: captured lists can be long. */
export class Walker implements WalkContext {
  readonly nodes: HostNode[] = [];
  readonly references = new Set<string>();
  /** Packages that the code loads through a captured `require`. */
  readonly required: CapturedPackage[] = [];
  readonly blobs: Uint8Array[] = [];
  readonly globals = new Map<PropertyKey, CapturedGlobal>();
  private readonly ids = new Map<unknown, HostNode>();
  private readonly tasks: (() => void)[] = [];
  /** Functions that are methods of a captured class, and which. */
  readonly claims = new Map<unknown, Claim>();
  /** Views that lie in a shared pool, by their pool. */
  readonly pools = new Map<ArrayBuffer, PooledView[]>();
  private readonly chains = new Chains();
  /** The long ones among captured texts. */
  readonly longTexts = new Set<string>();
  /** The way to what is being walked; for what fails without a reason of its own. */
  at: Step | undefined;

  private readonly knownPackages: KnownPackages;
  private readonly reachedKeys = new ReachedKeys(this.nodes);
  private readonly importRoots: ImportRoots;
  private readonly patchedOwners = new Map<PropertyKey, Owner[]>();

  constructor(
    readonly options: WalkOptions,
    readonly session: CaptureSession,
  ) {
    this.importRoots = new ImportRoots(this.nodes, options.travel);
    this.knownPackages = new KnownPackages(options);
  }

  get packages(): PackageEntry[] {
    return this.knownPackages.table;
  }

  /** What `find` says of a member's name, asked once for each capture: between captures the program may change it. */
  patched(name: PropertyKey, find: (name: PropertyKey) => Owner[]): readonly Owner[] {
    const owners = this.patchedOwners.get(name) ?? find(name);
    this.patchedOwners.set(name, owners);
    return owners;
  }

  /** The encoded form of a value that is needed as a whole. */
  encode(value: object, step: Step): HostNode;
  encode(value: unknown, step: Step): GraphEncoded;
  encode(value: unknown, step: Step): GraphEncoded {
    if (!isObject(value)) return this.primitive(value, step);
    const node = this.node(value, step);
    if (isRequire(node)) return needWholeRequire(this, node, step);
    this.takeWhole(node);
    return node;
  }

  /** The encoded form of a value of which the code uses what `use` says. */
  need(value: unknown, use: Use, step: Step): GraphEncoded {
    if (!isObject(value)) return this.primitive(value, step);
    const node = this.node(value, step);
    if (isRequire(node)) return needRequire(this, node, use, step);
    if (node.whole || !needMember(this, node, use)) this.takeWhole(node);
    return node;
  }

  /** Runs until nothing is left to be walked. */
  finish(): void {
    do {
      for (let task = this.tasks.pop(); task; task = this.tasks.pop()) task();
    } while (encodeSharedKeys(this, this.reachedKeys, () => this.importRoots.count()));
  }

  later(task: () => void): void {
    this.tasks.push(task);
  }

  known(value: unknown): HostNode | undefined {
    return this.ids.get(value);
  }

  close(): void {
    Object.freeze(this.nodes);
    Object.freeze(this.blobs);
    Object.freeze(this.packages);
  }

  addNode<Value, Kind extends GraphEntry>(value: Value, step: Step, entry: Kind): HostNode<Value, Kind> {
    if (Object.isFrozen(this.nodes)) throw new Error(`${pathText(step)} was met when the graph was complete`);
    const node = new HostNode(value, step, entry);
    this.ids.set(value, node);
    this.nodes.push(node);
    this.tasks.push(...this.reachedKeys.takesOf(node));
    return node;
  }

  /** Calls `take` for the entries of a weak collection whose keys travel: now, or as soon as the walk meets them. */
  whenReached<E extends { key: unknown }>(
    { step }: HostNode,
    entries: readonly E[],
    take: (entry: E, key: HostNode) => void,
  ): void {
    this.reachedKeys.whenReached(entries, step, (key) => this.ids.get(key), take);
  }

  isImported(value: unknown): boolean {
    return this.knownPackages.isImported(value);
  }

  rememberImport(value: unknown, path: PackagePath): void {
    this.knownPackages.rememberImport(value, path);
  }

  refuse(step: Step, { reason, hint, packageScript }: Refusal): never {
    const path = pathText(step) || "the function";
    const refusal = new CaptureError({ path, reason, hint, ...this.options.describe() });
    const folder = packageScript === undefined ? undefined : packageFolderOf(packageScript);
    throw folder === undefined ? refusal : new NeedsByValue([folder], refusal);
  }

  takeWhole(node: HostNode): void {
    if (node.whole) return;
    node.whole = true;
    const { fill } = node;
    if (fill)
      this.later(() => {
        this.at = node.step;
        fill();
      });
  }

  private primitive(value: unknown, step: Step): GraphEncoded {
    if (typeof value === "symbol")
      return this.ids.get(value) ?? this.addNode(value, step, symbolEntry(this, this.knownPackages, value, step));
    if (typeof value === "string" && value.length >= LONG_TEXT) this.longTexts.add(value);
    return encodePrimitive(value);
  }

  private node(value: object, step: Step): HostNode<object> {
    return (this.ids.get(value) ?? this.meet(value, step)) as HostNode<object>;
  }

  private meet(value: object, step: Step): HostNode {
    this.at = step;
    // Whatever is found out of a function next rests on this.
    if (typeof value === "function" && !types.isProxy(value)) this.session.look(value);
    const shared = this.meetShared(value, step);
    if (shared) return shared;
    if (typeof value === "function" && !types.isProxy(value)) return meetFunction(this, value as Callable, step);
    const refusal = types.isProxy(value) ? undefined : refusalOf(value, this.chains.of(value));
    return refusal ? this.refuse(step, refusal) : meetObject(this, value, step);
  }

  /** Objects that travel by reference: the caller's own, built-ins, packages. */
  private meetShared(value: object, step: Step): HostNode | undefined {
    const refusal = this.options.refusal?.(value);
    if (refusal) this.refuse(step, refusal);
    const token = this.options.reference?.(value);
    if (token !== undefined) {
      this.references.add(token);
      return this.addNode(value, step, { kind: "reference", token });
    }
    const builtin = types.isProxy(value) ? undefined : builtinOf(value);
    if (builtin) return this.addNode(value, step, { kind: "builtin", ...builtin });
    const known =
      this.knownPackages.importedPath(value) ??
      this.options.travel.exportedAt(value) ??
      (types.isProxy(value) ? undefined : this.requiredPath(value));
    return known ? this.addPackage(value, step, known) : this.meetPrototype(value, step);
  }

  requiredPath(value: object | symbol): PackagePath | undefined {
    return this.knownPackages.requiredPath(value);
  }

  addPackage(value: object, step: Step, found: PackagePath): HostNode {
    return this.addNode(value, step, this.knownPackages.entryOf(found));
  }

  /** The prototype object of a function goes with the function. */
  private meetPrototype(value: object, step: Step): HostNode | undefined {
    if (types.isProxy(value) || typeof value === "function") return undefined;
    const maker = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
    const isItsOwn =
      typeof maker === "function" &&
      !types.isProxy(maker) &&
      Object.getOwnPropertyDescriptor(maker, "prototype")?.value === value;
    if (!isItsOwn) return this.meetPackaged(value, step);
    const { entry } = this.encode(maker as object, { from: step, text: ".constructor" });
    if (entry.kind === "builtin" || entry.kind === "package")
      return this.addNode(value, step, { ...entry, path: [...entry.path, ".prototype"] });
    return this.ids.get(value);
  }

  private meetPackaged(value: object, step: Step): HostNode | undefined {
    // Listing the elements of a long one would take as long as sending them.
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return undefined;
    const found = types.isModuleNamespaceObject(value)
      ? this.importRoots.pathTo(value)
      : packagedObject(value, this.importRoots, this.options);
    return found && this.addPackage(value, step, found);
  }

  isInternal(value: unknown): boolean {
    return typeof value === "function" && !types.isProxy(value) && isInternal(value);
  }

  chainOf(value: object): Chain {
    return this.chains.of(value);
  }

  pathFromImports(value: object): PackagePath | undefined {
    return this.importRoots.pathTo(value);
  }
}
