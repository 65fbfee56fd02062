import type { Captured, CaptureOptions } from "./captured.js";
import type { WalkContext } from "./graph/context.js";
import { type FunctionInfo, HostNode, infoOf } from "./graph/node.js";
import { isWith, type ScopeView } from "./inspect/look.js";
import { isObject } from "./is-object.js";
import type { CaptureSession } from "./session.js";
import type { Analysis } from "./source/analysis.js";
import type { Callable } from "./types.js";
import { refusePatchedHooks } from "./walk/builtins/unwritten-calls.js";
import { refusePatched } from "./walk/packages/patched-prototypes.js";

/**
 * A capture that holds one function and nothing but primitive values that the function only reads, as most do that a loop of
 * `call()` makes. What such a capture depends on is little, and is looked at again in a quarter of the time.
 */
interface PlainCapture {
  captured: Captured;
  node: HostNode;
  options: string;
  own: OwnState;
}

/** Of what was captured last; of its variables, nothing is held but the values that travel. */
const plain = new WeakMap<Callable, PlainCapture>();

/** The last capture of the function, where one more would be equal to it. Throws CaptureError as that would. */
export function captureAgain(
  session: CaptureSession,
  fn: Callable,
  options: CaptureOptions,
  newWalker: () => WalkContext & { nodes: HostNode[] },
): Captured | undefined {
  const last = plain.get(fn);
  if (!last || last.options !== keyOf(options) || !isUnchanged(session, fn, last)) return undefined;
  const walker = newWalker();
  walker.nodes.push(last.node);
  refusePatched(walker, last.node.step, infoOf(last.node));
  refusePatchedHooks(walker);
  return last.captured;
}

export function rememberPlain(walker: WalkContext, fn: Callable, options: CaptureOptions, captured: Captured): void {
  const key = keyOf(options);
  const [node, ...others] = walker.nodes;
  if (key === undefined || !node || others.length > 0 || !isPlain(node.fn, captured)) return;
  plain.set(fn, { captured, node: withoutOthers(node), options: key, own: ownStateOf(fn) });
}

/** A function's scopes hold much that it does not use, and that must not be kept from being collected. */
function withoutOthers(node: HostNode): HostNode {
  const info = infoOf(node);
  const scopes = info.look.scopes.map(({ description, values }, at): ScopeView => {
    const names = info.references.filter(({ view }) => view === at).map(({ name }) => name);
    const isLast = at === info.look.scopes.length - 1;
    return { description, values: isLast ? values : Object.fromEntries(names.map((name) => [name, values[name]])) };
  });
  const slim = new HostNode(node.value, node.step, node.entry);
  slim.fn = { ...info, look: { ...info.look, scopes } };
  return slim;
}

/** Undefined for options with values that may change by themselves. */
function keyOf({ classes, setupBefore, maxBytes, warnBytes, secrets, byValue }: CaptureOptions): string | undefined {
  return classes || setupBefore ? undefined : `${maxBytes} ${warnBytes} ${secrets} ${byValue?.join()}`;
}

function isPlain(info: FunctionInfo | undefined, { packages, environment, globals, references }: Captured): boolean {
  if (!info || packages.length + environment.size + globals.length + references.length > 0) return false;
  const { analysis } = info.source;
  const named = new Set(info.references.map(({ name }) => name));
  return (
    asksNothingElse(analysis) &&
    [...analysis.free.keys()].every((name) => named.has(name)) &&
    info.references.every((one) => one.view >= 0 && !one.assigned && !one.live && !one.isName && isValue(one.value)) &&
    !info.look.scopes.some(({ description }) => isWith(description)) &&
    info.look.scopes.at(-1)?.values === globalThis
  );
}

/** Whether the code takes nothing from around itself but variables. */
function asksNothingElse(analysis: Analysis): boolean {
  const { usesThis, usesSuper, usesNewTarget, directEval, importMeta } = analysis;
  const asks = usesThis || usesSuper || usesNewTarget || directEval || importMeta;
  const { imports, requires, privateNames, outerArguments, ownName } = analysis;
  return (
    !asks && imports.length + requires.length + privateNames.size + outerArguments.length + ownName.uses.length === 0
  );
}

/** One that reads as undefined may not be initialised. */
function isValue(value: unknown): boolean {
  return value !== undefined && !isObject(value) && typeof value !== "symbol";
}

function isUnchanged(session: CaptureSession, fn: Callable, { node, own }: PlainCapture): boolean {
  const { look, references } = infoOf(node);
  const { scopes } = session.look(fn);
  const isAlike = (view: ScopeView, at: number) => view.description === look.scopes[at]?.description;
  return (
    isSameState(ownStateOf(fn), own) &&
    scopes.length === look.scopes.length &&
    scopes.every(isAlike) &&
    references.every(({ view, name, value }) => Object.is(scopes[view]?.values[name], value))
  );
}

/** What a function has of its own, as an object: values and flags in a row. */
type OwnState = readonly unknown[];

function ownStateOf(fn: Callable): OwnState {
  const own = Reflect.ownKeys(fn).flatMap((key) => {
    const { value, get, set, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(fn, key) ?? {};
    return [key, value, get, set, writable, enumerable, configurable];
  });
  return [Object.getPrototypeOf(fn), Object.isExtensible(fn), ...own];
}

function isSameState(a: OwnState, b: OwnState): boolean {
  return a.length === b.length && a.every((value, at) => Object.is(value, b[at]));
}
