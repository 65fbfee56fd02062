import { lookAtFunction } from "../inspect/look.js";
import { atEntry, canProbe, type Pause } from "../inspect/probe.js";
import type { Callable } from "../types.js";
import { declaredAs, probeTarget } from "../walk/bindings.js";
import type { HostNode } from "../walk/graph.js";
import { chainOf, infoOf } from "./scopes.js";

/** Runs of scopes that were told apart before: functions never change their scopes. */
const known = new WeakMap<Callable, Map<number, object>>();

/**
 * Whether two functions stand in the same run of a scope, whose variables all have equal values; undefined when that
 * cannot be proved. `shared` names the variables that captured code assigns.
 */
export function sameScope(a: HostNode, b: HostNode, depth: number, shared: readonly string[]): boolean | undefined {
  const [first, second] = [tokenOf(a, depth), tokenOf(b, depth)];
  if (first && second) return first === second;
  const verdict = holdsOwnObject(a, depth) || probe(a, b, depth, shared);
  if (verdict === true) setToken(a, depth, setToken(b, depth, second ?? first ?? {}));
  else if (verdict === false) {
    setToken(a, depth, first ?? {});
    setToken(b, depth, second ?? {});
  }
  return verdict;
}

function tokenOf(node: HostNode, depth: number): object | undefined {
  return known.get(node.value)?.get(depth);
}

function setToken(node: HostNode, depth: number, token: object): object {
  const tokens = known.get(node.value) ?? new Map<number, object>();
  known.set(node.value, tokens.set(depth, token));
  return token;
}

const MAKES_AN_OBJECT =
  /^(ArrowFunctionExpression|FunctionExpression|ClassExpression|ObjectExpression|ArrayExpression)$/;

/** A constant that is initialised with a literal object has another object in each run, so equal objects prove one run. */
function holdsOwnObject(node: HostNode, depth: number): boolean {
  const chain = chainOf(node);
  const inner = chain.slice(depth + 1);
  return Object.entries(chain[depth]?.values ?? {}).some(([name, value]) => {
    if (inner.some(({ values }) => Object.hasOwn(values, name)) || !(value instanceof Object)) return false;
    const declared = declaredAs(infoOf(node), name);
    return declared?.kind === "const" && declared.init !== undefined && MAKES_AN_OBJECT.test(declared.init.type);
  });
}

/** Gives a variable another value in one function's scope, and looks whether the other function sees it. */
function probe(a: HostNode, b: HostNode, depth: number, shared: readonly string[]): boolean | undefined {
  const target = probeTarget(infoOf(a));
  const name = shared.find((one) => Object.hasOwn(chainOf(a)[depth]?.values ?? {}, one));
  if (!target || !canProbe() || name === undefined) return undefined;
  const original = chainOf(a)[depth]?.values[name];
  return atEntry(target, (pause) => seenBy(pause, b, depth, name, original));
}

function seenBy(pause: Pause, other: HostNode, depth: number, name: string, original: unknown): boolean {
  const marker = {};
  pause.assign(depth, name, marker);
  try {
    return valueSeen(other, depth, name) === marker;
  } finally {
    pause.assign(depth, name, original);
  }
}

function valueSeen(node: HostNode, depth: number, name: string): unknown {
  const scopes = lookAtFunction(node.value).scopes.filter(({ description }) => !/^(Global|Script)/.test(description));
  return scopes.reverse()[depth]?.values[name];
}
