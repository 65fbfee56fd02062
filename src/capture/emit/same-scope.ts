import { randomUUID } from "node:crypto";
import { lookAgain, type ScopeView } from "../inspect/look.js";
import type { Pause } from "../inspect/probe.js";
import { declaredAs } from "../walk/bindings.js";
import type { HostNode } from "../walk/graph.js";
import { heapScopeAt } from "../walk/in-heap.js";
import { whilePaused } from "../walk/probing.js";
import { isObject } from "../walk/walker.js";
import { knownVerdict, remember } from "./runs.js";
import { chainOf, infoOf } from "./scope-keys.js";

/**
 * Whether two functions stand in the same run of a scope, whose variables all have equal values; undefined when that
 * cannot be proved. `shared` names the variables that captured code assigns.
 */
export function sameScope(a: HostNode, b: HostNode, depth: number, shared: readonly string[]): boolean | undefined {
  const known = knownVerdict(a.value, b.value, depth);
  if (known !== undefined) return known;
  const verdict =
    holdsOwnObject(a, depth) || (probe(a, b, depth, shared) ?? probe(b, a, depth, shared) ?? isOneInHeap(a, b, depth));
  if (verdict !== undefined) remember(a.value, b.value, depth, verdict);
  return verdict;
}

const MAKES_AN_OBJECT =
  /^(ArrowFunctionExpression|FunctionExpression|ClassExpression|ObjectExpression|ArrayExpression)$/;

/** A constant that is initialised with a literal object has another object in each run, so equal objects prove one run. */
function holdsOwnObject(node: HostNode, depth: number): boolean {
  const chain = chainOf(node);
  const inner = chain.slice(depth + 1);
  return Object.entries(chain[depth]?.values ?? {}).some(([name, value]) => {
    if (inner.some(({ values }) => Object.hasOwn(values, name)) || !isObject(value)) return false;
    const declared = isDeclaredOnce(node, name) ? declaredAs(infoOf(node), name) : undefined;
    return declared?.kind === "const" && declared.init !== undefined && MAKES_AN_OBJECT.test(declared.init.type);
  });
}

/** A nearer variable of the name, which no function uses, would stand in the text but in none of the scopes. */
function isDeclaredOnce(node: HostNode, name: string): boolean {
  const around = infoOf(node).source.surroundings()?.scopes ?? [];
  return around.filter(({ names }) => names.has(name)).length === 1;
}

/** Gives a variable another value in one function's scope, and looks whether the other function sees it. */
function probe(a: HostNode, b: HostNode, depth: number, shared: readonly string[]): boolean | undefined {
  const values = chainOf(a)[depth]?.values ?? {};
  const name = nameToMark(values, shared);
  if (name === undefined) return undefined;
  return whilePaused(infoOf(a), (pause) => seenBy(pause, b, depth, name, values[name]));
}

/** Of the variables in a scope, one that gets a marker. In code of another context, only primitive values can be put back. */
export function nameToMark(values: Record<string, unknown>, shared: readonly string[]): string | undefined {
  const names = shared.filter((one) => Object.hasOwn(values, one));
  return names.find((one) => !isObject(values[one]) && typeof values[one] !== "symbol") ?? names[0];
}

function seenBy(pause: Pause, other: HostNode, depth: number, name: string, original: unknown): boolean | undefined {
  const marker = markIn(pause, depth, name, original);
  if (marker === undefined) return undefined;
  try {
    return valueSeen(other, depth, name) === marker;
  } finally {
    pause.assign(depth, name, original);
  }
}

/** Gives a variable a value that no other has; undefined, and nothing is changed, where it could not get its own back. */
export function markIn(pause: Pause, depth: number, name: string, original: unknown): string | undefined {
  if (!pause.assign(depth, name, original)) return undefined;
  const marker = randomUUID();
  return pause.assign(depth, name, marker) ? marker : undefined;
}

function isOneInHeap(a: HostNode, b: HostNode, depth: number): boolean | undefined {
  const [first, second] = [heapIdAt(a, depth), heapIdAt(b, depth)];
  return first === undefined || second === undefined ? undefined : first === second;
}

const heapIds = new WeakMap<HostNode, Map<number, number | undefined>>();

/** Number of the run of a scope in the heap, when the heap can be read. */
export function heapIdAt(node: HostNode, depth: number): number | undefined {
  const ids = heapIds.get(node) ?? new Map<number, number | undefined>();
  heapIds.set(node, ids);
  if (!ids.has(depth)) {
    const view = infoOf(node).look.scopes.indexOf(chainOf(node)[depth] as ScopeView);
    ids.set(depth, heapScopeAt(infoOf(node), view)?.id);
  }
  return ids.get(depth);
}

export function valueSeen(node: HostNode, depth: number, name: string): unknown {
  const scopes = lookAgain(node.value).scopes.filter(({ description }) => !/^(Global|Script)/.test(description));
  return scopes.reverse()[depth]?.values[name];
}
