import vm from "node:vm";
import type { DataEntry, HeapReference, SharedEntry } from "../payload/entry.js";
import { isSharedKind } from "../payload/entry.js";
import { type Payload, readPayload, type ScopeEntry } from "../payload/payload.js";
import type { Callable } from "../types.js";
import { fillsOf, sealOf } from "./fill.js";
import { lateFillsOf, makeFunctionOf } from "./functions.js";
import { giveGlobals, takeGlobals } from "./globals.js";
import type { Fill, HeapEntry, LiveScope, Make, Run } from "./make.js";
import { hooksOf, scopeAt } from "./make.js";
import { watchMemory } from "./memory.js";
import { type ImportPackage, importFrom, loadPackages } from "./packages.js";
import { nameForUnit } from "./positions.js";
import { makeStamped } from "./privates.js";
import { sharedValue } from "./shared.js";
import { makeOf } from "./shells.js";
import { templateOf } from "./templates.js";
import { type Heap, valueIn } from "./values.js";

export { originalStack } from "./positions.js";
export type { ImportPackage };

export interface LoadOptions {
  /** Objects that were sent by token: gives the object of a token. */
  resolveReference?: (token: string) => Promise<unknown> | unknown;
  /** Exports of a package, where Node would not find it by itself (a bundle); undefined leaves it to Node. */
  importPackage?: ImportPackage | undefined;
}

export interface Instance {
  fn: (...args: unknown[]) => unknown;
  classes: ReadonlyMap<string, Callable>;
  /** By name, those that were captured with it. */
  helpers: ReadonlyMap<string, Callable>;
}

export interface Program {
  /**
   * A fresh snapshot: captured state as it was at capture. Copied anew each time: functions, scopes, and every object
   * that could be changed. Shared between snapshots: code, primitives, symbols, built-ins, packages, referenced
   * objects, and data that is deeply frozen or that the captured code provably only reads.
   *
   * @param isBeside whether earlier snapshots are still in use: then it shares no memory with them that could be got at
   */
  instantiate(isBeside?: boolean): Instance;
}

/** Reads a function payload, compiles its code and loads its packages. Throws VersionError on a foreign format. */
export async function load(bytes: Uint8Array, options: LoadOptions = {}): Promise<Program> {
  const { payload, blob } = readPayload(bytes);
  takeGlobals();
  await loadPackages(payload.first, options.importPackage);
  const packages = await loadPackages(payload.packages, options.importPackage);
  const shared: Heap = new Array(payload.heap.length).fill(undefined);
  for (const [id, entry] of payload.heap.entries()) {
    if (isSharedKind(entry)) shared[id] = (await sharedValue(entry, { heap: shared, packages, options })).value;
  }
  const plan = planOf(payload, blob, options);
  return { instantiate: instantiator(payload, plan, shared) };
}

/** What instances share is made once, and again after one that got at the memory of a shared typed array. */
function instantiator(payload: Payload, plan: Plan, shared: Heap): Program["instantiate"] {
  let isExposed = false;
  let isExposable = false;
  const makeShared = (): void => {
    isExposed = false;
    runEntries(plan.constant, shared, runOf(payload, plan));
    isExposable = watchMemory(payload.heap, shared, () => {
      isExposed = true;
    });
  };
  makeShared();
  return (isBeside = false) => {
    if (isExposed || (isBeside && isExposable)) makeShared();
    return instantiate(payload, plan, shared);
  };
}

interface Step {
  id: number;
  make: Make;
  fills: Fill[];
  seal: ((target: object) => void) | undefined;
}

interface Plan {
  /** Objects that every instance shares, made once. */
  constant: Step[];
  fresh: Step[];
  filled: Step[];
  sealed: Step[];
  roots: (() => LiveScope)[];
}

function planOf(payload: Payload, blob: (index: number) => Uint8Array, options: LoadOptions): Plan {
  const constant: Step[] = [];
  const fresh: Step[] = [];
  for (const [id, entry] of payload.heap.entries()) {
    if (!isSharedKind(entry)) (entry.isShared ? constant : fresh).push(stepOf(entry, id, blob));
  }
  const filled = fresh.filter((step) => step.fills.length > 0);
  const sealed = fresh.filter((step) => step.seal);
  const roots = payload.units.map((unit) => compile(unit, payload.suffix, options));
  return { constant, fresh, filled, sealed, roots };
}

type OwnEntry = Exclude<HeapEntry, SharedEntry<HeapReference>>;

function stepOf(entry: OwnEntry, id: number, blob: (index: number) => Uint8Array): Step {
  const template = templateOf(entry);
  const make = template?.make ?? makeFunctionOf(entry, id) ?? makeOf(entry as DataEntry<HeapReference>, blob);
  const references = template ? template.references : entry.properties;
  const prototype = entry.kind === "object" ? entry.prototype : undefined;
  return {
    id,
    make: entry.stamps ? makeStamped(make, entry.stamps, prototype) : make,
    fills: [...fillsOf(entry, { references, isCopied: template !== undefined }), ...lateFillsOf(entry, id)],
    seal: sealOf(entry.extensibility),
  };
}

function compile(unit: Payload["units"][number], suffix: string, options: LoadOptions): () => LiveScope {
  const native = importFrom(unit.file);
  const dynamicImport = async (specifier: unknown, attributes?: unknown): Promise<unknown> => {
    const entry = { specifier: String(specifier), importer: unit.file, via: "import" as const };
    return (await options.importPackage?.(entry)) ?? native(entry.specifier, attributes);
  };
  const compiled = vm.compileFunction(unit.code, [`import${suffix}`, `own${suffix}`], {
    filename: nameForUnit(unit),
  });
  return compiled(dynamicImport, Object.getOwnPropertyDescriptor);
}

function runEntries(steps: readonly Step[], heap: Heap, run: Run): void {
  for (const step of steps) heap[step.id] = step.make(heap, run);
  fillAll(steps, heap, run);
  sealAll(steps, heap);
}

function fillAll(steps: readonly Step[], heap: Heap, run: Run): void {
  for (const { id, fills } of steps) for (const fill of fills) fill(heap, heap[id] as object, run);
}

function sealAll(steps: readonly Step[], heap: Heap): void {
  for (const { id, seal } of steps) seal?.(heap[id] as object);
}

function instantiate(payload: Payload, plan: Plan, shared: Heap): Instance {
  const heap = shared.slice();
  const run = runOf(payload, plan);
  for (const step of plan.fresh) heap[step.id] = step.make(heap, run);
  fillScopes(payload, heap, run);
  fillAll(plan.filled, heap, run);
  sealAll(plan.sealed, heap);
  giveGlobals(heap, payload.globals);
  const { root, classes, helpers } = payload;
  return { fn: valueIn(heap, root) as Instance["fn"], classes: named(classes, heap), helpers: named(helpers, heap) };
}

function runOf({ scopes }: Payload, { roots }: Plan): Run {
  const run: Run = {
    scopes: [],
    hooks: [],
    makeScope(index) {
      const { unit, parent, maker, class: host } = scopes[index] as ScopeEntry<HeapReference>;
      const ofScope = () => (parent < 0 ? roots[unit] : scopeAt(run, parent).m(maker));
      const make = host ? hooksOf(run, host).scopes?.(maker) : ofScope();
      return (make as () => LiveScope)();
    },
  };
  return run;
}

function fillScopes({ scopes }: Payload, heap: Heap, run: Run): void {
  for (const [index, { vars }] of scopes.entries()) {
    if (vars.length > 0) scopeAt(run, index).s(vars.map((encoded) => valueIn(heap, encoded)));
  }
}

const NONE: ReadonlyMap<string, Callable> = new Map();

function named(roots: Payload["classes"], heap: Heap): ReadonlyMap<string, Callable> {
  if (roots.length === 0) return NONE;
  return new Map(roots.map(([name, encoded]) => [name, valueIn(heap, encoded) as Callable]));
}
