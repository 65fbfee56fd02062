import type { WalkContext } from "../../graph/context.js";
import type { FunctionInfo } from "../../graph/node.js";
import { type HostNode, infoOf } from "../../graph/node.js";
import { type FunctionLook, lookAtFunction, type ScopeView } from "../../inspect/look.js";
import { standsInScopeOf } from "../../scopes/heap-scopes.js";
import { whilePaused } from "../../scopes/pause-at-entry.js";
import type { CaptureSession } from "../../session.js";
import type { ClassElement, ClassParts } from "../../source/class-parts.js";
import { classStartAt, runStartAt } from "../../source/class-place.js";
import { privateName } from "../../source/estree.js";
import { placeIn } from "../../source/place.js";
import type { Callable } from "../../types.js";

/** What a function's place says never changes. */
const known = new WeakMap<Callable, WeakMap<Callable, boolean>>();

/** Whether a function is, by its place and its scopes, what a method of a class's text became. */
export function isWrittenAt(session: CaptureSession, info: FunctionInfo, element: ClassElement, fn: Callable): boolean {
  const verdicts = known.get(info.fn) ?? new WeakMap<Callable, boolean>();
  known.set(info.fn, verdicts);
  const verdict = verdicts.get(fn) ?? compare(info, element, session.look(fn));
  verdicts.set(fn, verdict);
  return verdict;
}

function compare(info: FunctionInfo, element: ClassElement, look: FunctionLook): boolean {
  return isAtPlace(info, element, look) && haveEqualScopes(info.look.scopes, look.scopes);
}

/** Places are compared by how far they are from the class's own, so that the script need not be parsed. */
function isAtPlace({ look, source }: FunctionInfo, { node }: ClassElement, { location: at }: FunctionLook): boolean {
  const own = look.location;
  if (!own || at?.scriptId !== own.scriptId) return false;
  const { constructorMethod } = source.parts as ClassParts;
  const from = placeIn(source.text, constructorMethod?.value.start ?? 0, START);
  const to = placeIn(source.text, node.value.start, START);
  if (at.line - own.line !== to.line - from.line) return false;
  if (to.line > 0) return at.column === to.column;
  return from.line > 0 || at.column - own.column === to.column - from.column;
}

const START = { line: 0, column: 0 };

function haveEqualScopes(a: readonly ScopeView[], b: readonly ScopeView[]): boolean {
  return a.length === b.length && a.every((view, index) => isEqualView(view, b[index] as ScopeView));
}

function isEqualView(a: ScopeView, b: ScopeView): boolean {
  if (a.description !== b.description) return false;
  if (/^(Global|Script)/.test(a.description)) return true;
  const names = Object.keys(a.values);
  return (
    names.length === Object.keys(b.values).length && names.every((name) => Object.is(a.values[name], b.values[name]))
  );
}

/** As `isProvenRun`, of a captured class: its objects may tell, which is quicker than the heap. */
export function isProvenRunOf(walker: WalkContext, owner: HostNode, info: FunctionInfo): boolean {
  return (
    isToldByScopes(infoOf(owner).fn, info) ||
    (isToldByBrand(walker, owner, info) ?? isProvenRun(walker.session, infoOf(owner).fn, info))
  );
}

/** A private name of another run of the class is none that its objects have. */
function isToldByBrand({ nodes, session }: WalkContext, owner: HostNode, info: FunctionInfo): boolean | undefined {
  const element = infoOf(owner).source.parts?.node.body.body.find((one) => namesUsedBy(info).has(privateName(one)));
  const name = element && privateName(element);
  const isStatic = element && element.type !== "StaticBlock" && element.static;
  const object = isStatic ? owner : nodes.find(({ entry }) => entry.stamps?.some((stamp) => stamp.class === owner));
  if (name === undefined || !object) return undefined;
  return whilePaused(session, info, (pause) => {
    const test = pause.read(`one => #${name} in one`).value as ((one: unknown) => boolean) | undefined;
    return test?.(object.value);
  });
}

/** Private names of the class around that a function's code uses, or that it goes by itself. */
function namesUsedBy({ source: { analysis, parsed } }: FunctionInfo): Set<string | undefined> {
  const own = parsed.element?.key;
  return new Set([...analysis.privateNames, ...(own?.type === "PrivateIdentifier" ? [own.name] : [])]);
}

/** Whether a function that uses `super` or private names of a class's text was made by this run of it. */
export function isProvenRun(session: CaptureSession, owner: Callable, info: FunctionInfo): boolean {
  return isToldByScopes(owner, info) || standsInScopeOf(session, info.fn, owner) === true;
}

/**
 * So it is where the text runs once, and where a variable of the function's own scopes, of those that each run has anew,
 * holds the class.
 */
function isToldByScopes(fn: Callable, { look, source }: FunctionInfo): boolean {
  if (!look.location) return false;
  const start = runStartAt(look.location, classStartAt(lookAtFunction(fn).location));
  if (start === undefined) return false;
  if (start < 0) return true;
  return look.scopes.some(({ description, values }) => {
    if (/^(Global|Script|Module)/.test(description)) return false;
    return Object.keys(values).some((name) => values[name] === fn && declaredFrom(source, name) >= start);
  });
}

/** Where the scope begins that declares a name; the innermost one counts. */
function declaredFrom(source: FunctionInfo["source"], name: string): number {
  return source.surroundings()?.scopes.find(({ names }) => names.has(name))?.start ?? -1;
}
