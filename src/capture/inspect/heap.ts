import { Buffer } from "node:buffer";
import { getHeapSnapshot, getHeapStatistics, setFlagsFromString } from "node:v8";
import { compileFunction, runInNewContext } from "node:vm";
import type { Callable, Loose } from "../types.js";
import { GROUP, objectIdOf, post, realValueOf } from "./connection.js";
import { HeapGraph } from "./heap-graph.js";

/**
 * What scopes hold, as a snapshot of the heap shows it: also what the inspector's list of scopes leaves out, such as an
 * arrow's `this` and whether a variable is initialised. Taking one runs no code of the user's and disturbs no debugger,
 * but takes a quarter of a second for a small program: for what nothing quicker can tell.
 */
export interface HeapScope {
  /** The same for two functions exactly when they stand in the same activation of the scope. */
  id: number;
  /** Whether the scope declares the name; undefined when its list of names cannot be read. */
  declares(name: string): boolean | undefined;
  read(name: string): HeapValue;
  /** The object whose prototype `super` means in the methods of an object literal, whose scope this is. */
  home(): unknown;
}

/** `value` only of objects and of what has one value in the whole engine; strings and numbers are not to be had. */
export type HeapValue = { state: "set"; value: unknown } | { state: "uninitialised" } | { state: "unknown" };

/** A snapshot of as much takes one to two seconds of an idle core, and some three times the memory. */
const LARGEST_HEAP = 64 * 1024 * 1024;

interface Snapshot {
  graph: HeapGraph;
  /** Values that exist once, by the id of their node; `HOLE` for a variable that is not initialised. */
  singles: Map<number, unknown>;
  objects: Map<number, unknown>;
  scopes: Map<Callable, HeapScope[] | undefined>;
}

const HOLE = Symbol("hole");

/** Takes a snapshot of the heap when it is first asked, and keeps it. */
export class HeapReader {
  private taken: Snapshot | "unavailable" | undefined;

  /** A function's scopes, innermost first, up to those of the script; undefined when the heap cannot be read here. */
  scopesOf(fn: Callable): HeapScope[] | undefined {
    this.taken ??= take() ?? "unavailable";
    if (this.taken === "unavailable") return undefined;
    const { scopes } = this.taken;
    if (!scopes.has(fn)) scopes.set(fn, readScopes(this.taken, fn));
    return scopes.get(fn);
  }

  /** Lets go of the snapshot, and of the engine's table that makes it keep track of every object. */
  dispose(): void {
    if (this.taken !== undefined && this.taken !== "unavailable") post("HeapProfiler.disable");
    this.taken = undefined;
  }
}

function readScopes(snapshot: Snapshot, fn: Callable): HeapScope[] | undefined {
  return snapshot.graph.contextsOf(idOf(fn))?.map((context) => scopeOf(snapshot, context));
}

function take(): Snapshot | undefined {
  if (isTooLarge()) return undefined;
  const probe = probeOfSingles();
  if (!probe) return undefined;
  const graph = new HeapGraph(snapshotText());
  const [scope] = graph.contextsOf(idOf(probe)) ?? [];
  if (scope === undefined) return undefined;
  const singles = new Map<number, unknown>();
  for (const [name, value] of Object.entries(SINGLES)) {
    const node = graph.variable(scope, name);
    if (node !== undefined) singles.set(node, value);
  }
  return singles.size === Object.keys(SINGLES).length
    ? { graph, singles, objects: new Map(), scopes: new Map() }
    : undefined;
}

/** What is no longer used counts, until it is collected. */
function isTooLarge(): boolean {
  if (getHeapStatistics().used_heap_size <= LARGEST_HEAP) return false;
  collectGarbage();
  return getHeapStatistics().used_heap_size > LARGEST_HEAP;
}

/** New contexts have a `gc` while the flag is set; the inspector's own command for it answers too late. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  try {
    runInNewContext("gc")();
  } finally {
    setFlagsFromString("--no-expose-gc");
  }
}

/** Names of the variables of the probe, and what they hold. */
const SINGLES: Record<string, unknown> = { nothing: undefined, none: null, yes: true, no: false, late: HOLE };

/** A function in whose scope stands one of each; the last is not initialised when the function is returned. */
function probeOfSingles(): Callable | undefined {
  const text = `let nothing, none = null, yes = true, no = false;
    return () => [nothing, none, yes, no, late]; let late = 1;`;
  try {
    return compileFunction(text)();
  } catch {
    return undefined; // code made from strings may be forbidden
  }
}

/** The stream makes its whole text when it is first read. */
function snapshotText(): string {
  const stream = getHeapSnapshot();
  const chunks: Uint8Array[] = [];
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) chunks.push(chunk);
  stream.destroy();
  return Buffer.concat(chunks).toString();
}

/** Objects have an id once a snapshot has been taken. */
function idOf(fn: Callable): number {
  return Number(post("HeapProfiler.getHeapObjectId", { objectId: objectIdOf(fn) }).heapSnapshotObjectId);
}

function scopeOf(snapshot: Snapshot, context: number): HeapScope {
  const { graph } = snapshot;
  return {
    id: graph.idOf(context),
    declares: (name) => graph.declares(context, name),
    read(name) {
      const node = graph.variable(context, name);
      if (node === undefined) return { state: "unknown" };
      if (!snapshot.singles.has(node)) return objectAt(snapshot, node);
      const value = snapshot.singles.get(node);
      return value === HOLE ? { state: "uninitialised" } : { state: "set", value };
    },
    home() {
      const node = graph.home(context);
      const found = node === undefined ? undefined : objectAt(snapshot, node);
      return found?.state === "set" ? found.value : undefined;
    },
  };
}

function objectAt({ graph, objects }: Snapshot, node: number): HeapValue {
  if (!objects.has(node)) {
    const object = objectWithId(graph.idOf(node));
    if (object === undefined) return { state: "unknown" };
    objects.set(node, object);
  }
  return { state: "set", value: objects.get(node) };
}

function objectWithId(id: number): Loose {
  try {
    const params = { objectId: String(id), objectGroup: GROUP };
    return realValueOf(post("HeapProfiler.getObjectByHeapObjectId", params).result.objectId);
  } catch {
    return undefined; // no object of JavaScript's
  }
}
