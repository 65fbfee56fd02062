import { types } from "node:util";
import { CaptureError, type SourcePosition } from "../../errors.js";
import { builtinOf, builtinSymbol, isInternal } from "../identity/builtins.js";
import type { PackagePath } from "../identity/packages.js";
import type { Owner } from "../identity/patched.js";
import { requiredPathOf } from "../identity/required.js";
import type { CapturedPackage } from "../payload.js";
import type { Use } from "../source/uses.js";
import type { Callable, Loose } from "../types.js";
import type { Pooled } from "./binary.js";
import { Chains } from "./chain.js";
import { meetFunction } from "./functions.js";
import { type FunctionInfo, HostNode, pathText, type Step } from "./graph.js";
import { ImportRoots } from "./import-roots.js";
import { needMember } from "./members.js";
import { meetObject } from "./objects.js";
import { packagedObject } from "./packaged.js";
import { isPackage } from "./packages.js";
import { type Refusal, refusalOf } from "./refuse.js";
import { refusalOfRequire, refusalOfWholeRequire } from "./requires.js";

export interface WalkOptions {
  reference: ((value: object) => string | undefined) | undefined;
  /** What refusals say of the shipped function. */
  tell(): { position: SourcePosition | undefined; excerpt: string };
  /** URL of the shipped function's script: where packages are resolved from when nothing better is known. */
  importer: string;
}

const LONG_TEXT = 65_536;

/** Walks everything that a function needs, with a list of tasks and no recursion: captured lists can be long. */
export class Walker {
  readonly nodes: HostNode[] = [];
  readonly references = new Set<string>();
  /** Packages that the code loads through a captured `require`. */
  readonly required: CapturedPackage[] = [];
  readonly blobs: Uint8Array[] = [];
  private readonly ids = new Map<unknown, HostNode>();
  private readonly tasks: (() => void)[] = [];
  /** Functions that are methods of a captured class, and which. */
  readonly claims = new Map<Callable, NonNullable<FunctionInfo["element"]>>();
  /** Views that lie in a shared pool, by their pool. */
  readonly pools = new Map<ArrayBuffer, Pooled[]>();
  readonly chains = new Chains();
  /** The long ones among captured texts. */
  readonly longTexts = new Set<string>();
  /** The way to what is being walked; for what fails without a reason of its own. */
  at: Step | undefined;

  /** Objects that import declarations named. Only for this capture: a package may export another object later. */
  private readonly imported = new Map<unknown, PackagePath>();
  readonly importRoots = new ImportRoots(this.nodes);
  private readonly patchedOwners = new Map<string, Owner[]>();

  constructor(readonly options: WalkOptions) {}

  /** What `find` says of a member's name, asked once for each capture: between captures the program may change it. */
  patched(name: string, find: (name: string) => Owner[]): readonly Owner[] {
    const owners = this.patchedOwners.get(name) ?? find(name);
    this.patchedOwners.set(name, owners);
    return owners;
  }

  /** The encoded form of a value that is needed as a whole. */
  encode(value: unknown, step: Step): Loose {
    if (!isObject(value)) return this.primitive(value, step);
    const node = this.node(value, step);
    if (node.data.k === "req") this.refuse(step, refusalOfWholeRequire);
    this.takeWhole(node);
    return node;
  }

  /** The encoded form of a value of which the code uses what `use` says. */
  need(value: unknown, use: Use, step: Step): Loose {
    if (!isObject(value)) return this.primitive(value, step);
    const node = this.node(value, step);
    if (node.data.k === "req") return this.needRequire(node, use, step);
    if (use.members.length === 0 || node.whole || !needMember(this, node, use)) this.takeWhole(node);
    return node;
  }

  private needRequire(node: HostNode, use: Use, step: Step): HostNode {
    const refusal = refusalOfRequire(use, node.data.file);
    if (refusal) return this.refuse(step, refusal);
    const { argument: specifier, members } = use;
    if (specifier !== undefined && members.length === 0 && isPackage(specifier))
      this.required.push({ specifier, importer: node.data.file, via: "require", optional: true });
    return node;
  }

  /** Runs until nothing is left to be walked. */
  finish(): void {
    for (let task = this.tasks.pop(); task; task = this.tasks.pop()) task();
  }

  later(task: () => void): void {
    this.tasks.push(task);
  }

  known(value: unknown): HostNode | undefined {
    return this.ids.get(value);
  }

  addNode(value: unknown, step: Step, data: Loose): HostNode {
    const node = new HostNode(value, step);
    node.data = data;
    this.ids.set(value, node);
    this.nodes.push(node);
    return node;
  }

  isImported(value: unknown): boolean {
    return this.imported.has(value);
  }

  rememberImport(value: unknown, path: PackagePath): void {
    if (isObject(value) || isUnregistered(value)) this.imported.set(value, path);
  }

  refuse(step: Step, { reason, cure }: Refusal): never {
    throw new CaptureError({ path: pathText(step) || "the function", reason, cure, ...this.options.tell() });
  }

  takeWhole(node: HostNode): void {
    if (node.whole) return;
    node.whole = true;
    const { fill } = node as Loose;
    if (fill)
      this.later(() => {
        this.at = node.step;
        fill();
      });
  }

  private primitive(value: unknown, step: Step): Loose {
    switch (typeof value) {
      case "undefined":
        return ["u"];
      case "string":
        if (value.length >= LONG_TEXT) this.longTexts.add(value);
        return value;
      case "bigint":
        return ["i", String(value)];
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : ["n", Object.is(value, -0) ? "-0" : String(value)];
      case "symbol":
        return this.ids.get(value) ?? this.addNode(value, step, this.symbolData(value));
      default:
        return value;
    }
  }

  private symbolData(value: symbol): Loose {
    if (!isUnregistered(value)) return { k: "sym", how: "for", name: Symbol.keyFor(value) };
    const { description } = value;
    const name = description?.replace(/^Symbol\./, "") ?? "";
    if (isWellKnown(name, value)) return { k: "sym", how: "known", name };
    const builtin = builtinSymbol(value);
    if (builtin) return { k: "g", ...builtin };
    const found = this.imported.get(value) ?? requiredPathOf(value, this.options.importer);
    return found
      ? { k: "pkg", ...found }
      : { k: "sym", how: "new", desc: description === undefined ? ["u"] : description };
  }

  private node(value: object, step: Step): HostNode {
    return this.ids.get(value) ?? this.meet(value, step);
  }

  private meet(value: object, step: Step): HostNode {
    this.at = step;
    const shared = this.meetShared(value, step);
    if (shared) return shared;
    if (typeof value === "function" && !types.isProxy(value)) return meetFunction(this, value as Callable, step);
    const refusal = types.isProxy(value) ? undefined : refusalOf(value, this.chains.of(value), step.text);
    return refusal ? this.refuse(step, refusal) : meetObject(this, value, step);
  }

  /** Objects that travel by reference: the caller's own, built-ins, packages. */
  private meetShared(value: object, step: Step): HostNode | undefined {
    const token = this.options.reference?.(value);
    if (token !== undefined) {
      this.references.add(token);
      return this.addNode(value, step, { k: "ref", token });
    }
    const builtin = types.isProxy(value) ? undefined : builtinOf(value);
    if (builtin) return this.addNode(value, step, { k: "g", ...builtin });
    const known =
      this.imported.get(value) ?? (types.isProxy(value) ? undefined : requiredPathOf(value, this.options.importer));
    return known ? this.addPackage(value, step, known) : this.meetPrototype(value, step);
  }

  addPackage(value: object, step: Step, found: PackagePath): HostNode {
    return this.addNode(value, step, { k: "pkg", ...found });
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
    const owner = this.encode(maker, { from: step, text: ".constructor" }) as HostNode;
    if (owner.data.k === "g" || owner.data.k === "pkg") {
      return this.addNode(value, step, { ...owner.data, path: [...owner.data.path, ".prototype"] });
    }
    return this.ids.get(value);
  }

  private meetPackaged(value: object, step: Step): HostNode | undefined {
    // Listing the elements of a long one would take as long as sending them.
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return undefined;
    const found = types.isModuleNamespaceObject(value)
      ? this.importRoots.pathTo(value)
      : packagedObject(value, this.importRoots, this.options.importer);
    return found && this.addPackage(value, step, found);
  }

  isInternal(value: Loose): boolean {
    return typeof value === "function" && !types.isProxy(value) && isInternal(value);
  }
}

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** A program may add symbols of its own to `Symbol`; the engine's are read-only there. */
function isWellKnown(name: string, value: symbol): boolean {
  const own = Object.getOwnPropertyDescriptor(Symbol, name);
  return own?.value === value && own.writable === false;
}

function isUnregistered(value: unknown): value is symbol {
  return typeof value === "symbol" && Symbol.keyFor(value) === undefined;
}
