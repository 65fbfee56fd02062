import { randomUUID } from "node:crypto";
import { type HostNode, infoOf } from "../graph/node.js";
import { lookAgain, type ScopeView } from "../inspect/look.js";
import type { Pause } from "../inspect/probe.js";
import { isObject } from "../is-object.js";
import type { CaptureSession } from "../session.js";
import { namesOfOwnObjects } from "../source/own-objects.js";
import { heapScopeAt } from "./heap-scopes.js";
import { knownVerdict, remember } from "./known-activations.js";
import { whilePaused } from "./pause-at-entry.js";
import { chainOf } from "./scope-keys.js";

/**
 * Whether two functions stand in the same activation of a scope, whose variables all have equal values; undefined when that
 * cannot be proved. `shared` names the variables that captured code assigns.
 */
export function sameScope(
  session: CaptureSession,
  a: HostNode,
  b: HostNode,
  depth: number,
  shared: readonly string[],
): boolean | undefined {
  const known = knownVerdict(infoOf(a).fn, infoOf(b).fn, depth);
  if (known !== undefined) return known;
  const verdict =
    holdsOwnObject(a, depth) ||
    (probe(session, a, b, depth, shared) ?? probe(session, b, a, depth, shared) ?? isOneInHeap(session, a, b, depth));
  if (verdict !== undefined) remember(infoOf(a).fn, infoOf(b).fn, depth, verdict);
  return verdict;
}

/** Objects that each activation makes anew prove that it is one, where they are equal. */
export function holdsOwnObject(node: HostNode, depth: number): boolean {
  const chain = chainOf(node);
  const values = chain[depth]?.values ?? {};
  const inner = chain.slice(depth + 1);
  const around = infoOf(node).source.surroundings()?.scopes ?? [];
  return around.some((scope) =>
    namesOfOwnObjects(scope).some(
      (name) =>
        isObject(values[name]) && !inner.some((one) => Object.hasOwn(one.values, name)) && isDeclaredOnce(node, name),
    ),
  );
}

/** A nearer variable of the name, which no function uses, would stand in the text but in none of the scopes. */
function isDeclaredOnce(node: HostNode, name: string): boolean {
  const around = infoOf(node).source.surroundings()?.scopes ?? [];
  return around.filter(({ names }) => names.has(name)).length === 1;
}

/** Gives a variable another value in one function's scope, and looks whether the other function sees it. */
function probe(
  session: CaptureSession,
  a: HostNode,
  b: HostNode,
  depth: number,
  shared: readonly string[],
): boolean | undefined {
  const values = chainOf(a)[depth]?.values ?? {};
  const name = nameToMark(values, shared);
  if (name === undefined) return undefined;
  return whilePaused(session, infoOf(a), (pause) => seenBy(pause, b, depth, name, values[name]));
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

function isOneInHeap(session: CaptureSession, a: HostNode, b: HostNode, depth: number): boolean | undefined {
  const [first, second] = [heapIdAt(session, a, depth), heapIdAt(session, b, depth)];
  return first === undefined || second === undefined ? undefined : first === second;
}

const heapIds = new WeakMap<HostNode, Map<number, number | undefined>>();

/** Number of the activation of a scope in the heap, when the heap can be read. */
export function heapIdAt(session: CaptureSession, node: HostNode, depth: number): number | undefined {
  const ids = heapIds.get(node) ?? new Map<number, number | undefined>();
  heapIds.set(node, ids);
  if (!ids.has(depth)) {
    const view = infoOf(node).look.scopes.indexOf(chainOf(node)[depth] as ScopeView);
    ids.set(depth, heapScopeAt(session, infoOf(node), view)?.id);
  }
  return ids.get(depth);
}

export function valueSeen(node: HostNode, depth: number, name: string): unknown {
  const scopes = lookAgain(infoOf(node).fn).scopes.filter(({ description }) => !/^(Global|Script)/.test(description));
  return scopes.reverse()[depth]?.values[name];
}
