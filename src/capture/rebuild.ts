import vm from "node:vm";
import { type Payload, readPayload } from "./payload.js";
import { type Fill, fillsOf, sealOf } from "./rebuild/fill.js";
import { lateFillsOf, makeFunctionOf } from "./rebuild/functions.js";
import { watchMemory } from "./rebuild/memory.js";
import { type ImportPackage, importFrom, loadPackages } from "./rebuild/packages.js";
import { nameForUnit } from "./rebuild/positions.js";
import { makeStamped } from "./rebuild/privates.js";
import { isSharedKind, sharedValue } from "./rebuild/shared.js";
import { type LiveScope, type Make, makeOf, type Run } from "./rebuild/shells.js";
import { templated } from "./rebuild/templates.js";
import { type Heap, valueIn } from "./rebuild/values.js";
import type { Callable, Loose } from "./types.js";

export { originalStack } from "./rebuild/positions.js";
export type { ImportPackage };

export interface LoadOptions {
  /** Objects that were sent by token: gives the object of a token. */
  resolveReference?: (token: string) => Promise<unknown> | unknown;
  /** Exports of a package, where Node would not find it by itself (a bundle); undefined leaves it to Node. */
  importPackage?: ImportPackage | undefined;
}

export interface Instance {
  fn: (...args: Loose[]) => unknown;
  classes: ReadonlyMap<string, Callable>;
}

export interface Program {
  /**
   * A fresh snapshot: captured state as it was at capture. Copied anew each time: functions, scopes, and every object
   * that could be changed. Shared between snapshots: code, primitives, symbols, built-ins, packages, referenced
   * objects, and data that is deeply frozen or that the captured code provably only reads.
   */
  instantiate(): Instance;
}

/** Reads a function payload, compiles its code and loads its packages. Throws VersionError on a foreign format. */
export async function load(bytes: Uint8Array, options: LoadOptions = {}): Promise<Program> {
  const { payload, blob } = readPayload(bytes);
  const packages = await loadPackages(payload.packages, options.importPackage);
  const shared: Heap = new Array(payload.heap.length).fill(undefined);
  for (const [id, entry] of payload.heap.entries()) {
    if (isSharedKind(entry)) shared[id] = (await sharedValue(entry, { heap: shared, packages, options })).value;
  }
  const plan = planOf(payload, blob, options);
  return { instantiate: instantiator(payload, plan, shared) };
}

/** What instances share is made once, and again after one that got at the memory of a shared typed array. */
function instantiator(payload: Payload, plan: Plan, shared: Heap): () => Instance {
  let isExposed = false;
  const makeShared = (): void => {
    isExposed = false;
    runEntries(plan.constant, shared, { scopes: [], hooks: [] });
    watchMemory(payload.heap, shared, () => {
      isExposed = true;
    });
  };
  makeShared();
  return () => {
    if (isExposed) makeShared();
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

/** The run that is being filled; instantiation is synchronous, so there is one at a time. */
let current: Run = { scopes: [], hooks: [] };

function planOf(payload: Payload, blob: (index: number) => Uint8Array, options: LoadOptions): Plan {
  const steps = payload.heap.map((entry, id) => (isSharedKind(entry) ? undefined : stepOf(templated(entry), id, blob)));
  const constant = steps.filter((step, id): step is Step => step !== undefined && payload.heap[id].st === 1);
  const fresh = steps.filter((step, id): step is Step => step !== undefined && payload.heap[id].st !== 1);
  const filled = fresh.filter((step) => step.fills.length > 0);
  const sealed = fresh.filter((step) => step.seal);
  return {
    constant,
    fresh,
    filled,
    sealed,
    roots: payload.units.map((unit) => compile(unit, payload.suffix, options)),
  };
}

function stepOf(entry: Loose, id: number, blob: (index: number) => Uint8Array): Step {
  const make = makeFunctionOf(entry, id) ?? makeOf(entry, blob);
  const stamped = entry.stamps ? makeStamped(make, entry.stamps, entry.proto) : make;
  return {
    id,
    make: stamped,
    fills: [...fillsOf(entry), ...lateFillsOf(entry, id, () => current)],
    seal: sealOf(entry.x),
  };
}

function compile(unit: Payload["units"][number], suffix: string, options: LoadOptions): () => LiveScope {
  const native = importFrom(unit.file);
  const dynamicImport = async (specifier: Loose, attributes?: unknown): Promise<unknown> => {
    const entry = { specifier: String(specifier), importer: unit.file, via: "import" as const };
    return (await options.importPackage?.(entry)) ?? native(entry.specifier, attributes);
  };
  const compiled = vm.compileFunction(unit.code, [`import${suffix}`, `own${suffix}`], {
    filename: nameForUnit(unit),
  });
  return compiled(dynamicImport, Object.getOwnPropertyDescriptor);
}

function runEntries(steps: readonly Step[], heap: Heap, run: Run): void {
  current = run;
  for (const step of steps) heap[step.id] = step.make(heap, run);
  for (const step of steps) for (const fill of step.fills) fill(heap, heap[step.id]);
  for (const step of steps) step.seal?.(heap[step.id]);
}

function instantiate(payload: Payload, plan: Plan, shared: Heap): Instance {
  const heap = shared.slice();
  const run: Run = { scopes: [], hooks: [] };
  current = run;
  for (const { unit, parent, maker } of payload.scopes) {
    run.scopes.push(parent < 0 ? (plan.roots[unit] as () => LiveScope)() : run.scopes[parent]?.m(maker)());
  }
  for (const step of plan.fresh) heap[step.id] = step.make(heap, run);
  fillScopes(payload, heap, run);
  for (const step of plan.filled) for (const fill of step.fills) fill(heap, heap[step.id]);
  for (const step of plan.sealed) step.seal?.(heap[step.id]);
  return { fn: valueIn(heap, payload.root) as Instance["fn"], classes: classesOf(payload, heap) };
}

function fillScopes({ scopes }: Payload, heap: Heap, run: Run): void {
  for (let index = 0; index < scopes.length; index++) {
    const vars = scopes[index]?.vars as Loose[];
    if (vars.length > 0) run.scopes[index]?.s(vars.map((encoded) => valueIn(heap, encoded)));
  }
}

const NO_CLASSES: ReadonlyMap<string, Callable> = new Map();

function classesOf({ classes }: Payload, heap: Heap): ReadonlyMap<string, Callable> {
  if (classes.length === 0) return NO_CLASSES;
  return new Map(classes.map(([name, encoded]) => [name, valueIn(heap, encoded) as Callable]));
}
