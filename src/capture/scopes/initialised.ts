import type { FunctionInfo, Reference } from "../graph/node.js";
import type { ScopeView } from "../inspect/look.js";
import type { CaptureSession } from "../session.js";
import type { StaticScope } from "../source/static-scopes.js";
import type { Callable } from "../types.js";
import { initialisedInHeap } from "./heap-scopes.js";
import { whilePaused } from "./pause-at-entry.js";

/** What was found out by pausing: a variable never becomes uninitialised again. */
const known = new WeakMap<Callable, Set<string>>();

/** Whether a variable that reads as undefined is initialised; undefined when that cannot be told. */
export function isInitialised(session: CaptureSession, info: FunctionInfo, reference: Reference): boolean | undefined {
  const { name, view } = reference;
  if (known.get(info.fn)?.has(name) || isMadeAfter(info, name) || isBeforeOneThatIs(info, reference)) return true;
  const failed = whilePaused(session, info, (pause) => pause.read(name).failed, name);
  const isSet = failed === undefined ? initialisedInHeap(session, info, view, name) : !failed;
  if (isSet) known.set(info.fn, (known.get(info.fn) ?? new Set()).add(name));
  return isSet;
}

/** A function that is made behind a variable's declaration, in the same activation, is made when that has run. */
function isMadeAfter({ source }: FunctionInfo, name: string): boolean {
  const { scopes = [], madeAt = [] } = source.surroundings() ?? {};
  const at = scopes.findIndex(({ names }) => names.has(name));
  const { end } = scopes[at]?.names.get(name) ?? {};
  return end !== undefined && end <= (madeAt[at] as number);
}

/** A scope's declarations run one after the other, so that one which has a value tells that those before it have run. */
function isBeforeOneThatIs({ source, look }: FunctionInfo, { name, view }: Reference): boolean {
  const scope = source.surroundings()?.scopes.find(({ names }) => names.has(name));
  const place = scope?.names.get(name)?.place;
  return place !== undefined && place < lastInitialised(scope as StaticScope, look.scopes[view] as ScopeView);
}

const lasts = new WeakMap<ScopeView, Map<number, number>>();

/** The place of the last declaration of a scope that is known to have run. */
function lastInitialised(scope: StaticScope, view: ScopeView): number {
  const ofView = lasts.get(view) ?? new Map<number, number>();
  lasts.set(view, ofView);
  const found = ofView.get(scope.start) ?? findLast(scope, view);
  ofView.set(scope.start, found);
  return found;
}

/** A variable that is not initialised has no value. */
function findLast({ names }: StaticScope, { values }: ScopeView): number {
  const set = [...names].filter(([name]) => values[name] !== undefined);
  return Math.max(-1, ...set.map(([, { place = -1 }]) => place));
}
