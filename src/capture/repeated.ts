import { types } from "node:util";
import { RecentMap } from "../util/recent-map.js";
import type { Captured, CaptureOptions } from "./captured.js";
import type { WalkContext } from "./graph/context.js";
import { type FunctionInfo, HostNode, infoOf } from "./graph/node.js";
import type { Step } from "./graph/path.js";
import { isWith } from "./inspect/look.js";
import { isObject } from "./is-object.js";
import { ownProperty } from "./own-property.js";
import { originOf } from "./report/origin.js";
import type { CaptureSession } from "./session.js";
import type { Analysis } from "./source/analysis.js";
import type { Callable } from "./types.js";
import { refusePatchedHooks } from "./walk/builtins/unwritten-calls.js";
import { naturalPrototypeOf } from "./walk/functions/function-properties.js";
import { refusePatched } from "./walk/packages/patched-prototypes.js";

/**
 * A capture that holds one function and nothing but primitive values that the function only reads, as most do that a loop of
 * `call()` makes. What such a capture depends on is little, and is looked at again in a quarter of the time.
 */
interface PlainCapture {
  captured: Omit<Captured, "position">;
  /** Without the function, whose scopes hold much that it does not use, and that must not be kept from being collected. */
  info: Omit<FunctionInfo, "fn" | "look">;
  step: Step;
  entry: HostNode["entry"];
  /** What the scopes are, outermost last. */
  scopes: readonly string[];
  options: string;
  own: OwnState;
  /** Functions whose scopes were seen to be those: which they are never changes, only what their variables hold. */
  readonly seen: WeakSet<Callable>;
}

/** Functions of a program that take turns. */
const PLACES = 64;

/** By place in the program, as a loop makes a new function each time; of variables, nothing is held but the values that travel. */
const plain = new RecentMap<string, PlainCapture>(PLACES);

/** The last capture of a function of that place, where one more would be equal to it. Throws CaptureError as that would. */
export function captureAgain(
  session: CaptureSession,
  fn: Callable,
  options: CaptureOptions,
  newWalker: () => WalkContext & { nodes: HostNode[] },
): Captured | undefined {
  const last = plain.get(placeOf(session, fn));
  if (!last || last.options !== keyOf(options) || !isUnchanged(session, fn, last)) return undefined;
  const walker = newWalker();
  const node = new HostNode(fn, last.step, last.entry);
  node.fn = { ...last.info, fn, look: session.look(fn) };
  walker.nodes.push(node);
  refusePatched(walker, node.step, node.fn);
  refusePatchedHooks(walker);
  return { ...last.captured, position: () => originOf(fn).describe().position };
}

export function rememberPlain(walker: WalkContext, fn: Callable, options: CaptureOptions, captured: Captured): void {
  const key = keyOf(options);
  const [node, ...others] = walker.nodes;
  if (key === undefined || !node || !others.every(isItsPrototype(fn)) || !isPlain(node.fn, captured)) return;
  const { position, ...shared } = captured;
  const { fn: _, look, ...info } = infoOf(node);
  const own = ownStateOf(fn);
  if (!holdsNothing(own, naturalPrototypeOf(infoOf(node).source))) return;
  plain.set(placeOf(walker.session, fn), {
    captured: shared,
    info,
    step: node.step,
    entry: node.entry,
    scopes: look.scopes.map(({ description }) => description),
    options: key,
    own,
    seen: new WeakSet([fn]),
  });
}

/** What it is like, the function's own state tells. */
function isItsPrototype(fn: Callable): (node: HostNode) => boolean {
  return ({ entry, value }) => entry.kind === "prototype" && ownProperty(fn, "prototype")?.value === value;
}

/** Functions of one place have one text. */
function placeOf(session: CaptureSession, fn: Callable): string {
  const { location } = session.look(fn);
  return location ? `${location.scriptId} ${location.line} ${location.column}` : "";
}

/** Undefined for options with values that may change by themselves. */
function keyOf({
  classes,
  helpers,
  setupBefore,
  maxBytes,
  warnBytes,
  secrets,
  byValue,
}: CaptureOptions): string | undefined {
  return classes || helpers || setupBefore ? undefined : `${maxBytes} ${warnBytes} ${secrets} ${byValue?.join()}`;
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

/** To read scopes is what takes long, and one that was seen before and uses no variable needs none. */
function isUnchanged(session: CaptureSession, fn: Callable, last: PlainCapture): boolean {
  if (!isSameState(ownStateOf(fn), last.own)) return false;
  if (last.info.references.length === 0 && last.seen.has(fn)) return true;
  if (!hasSameScopes(session, fn, last)) return false;
  last.seen.add(fn);
  return true;
}

function hasSameScopes(session: CaptureSession, fn: Callable, { info, scopes: descriptions }: PlainCapture): boolean {
  const { scopes } = session.look(fn);
  return (
    scopes.length === descriptions.length &&
    scopes.every(({ description }, at) => description === descriptions[at]) &&
    scopes.at(-1)?.values === globalThis &&
    info.references.every(({ view, name, value }) => Object.is(scopes[view]?.values[name], value))
  );
}

/** What a function has of its own, as an object: values and flags in a row, each prototype before what is of its object. */
type OwnState = readonly unknown[];

/** Stands for the function itself, which is not to be held. */
const ITSELF = Symbol("the function itself");

function ownStateOf(fn: Callable, of: object = fn): OwnState {
  const own = Reflect.ownKeys(of).flatMap((key) => {
    const { value, get, set, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(of, key) ?? {};
    const isPrototype = of === fn && key === "prototype" && isObject(value) && !types.isProxy(value);
    const values = isPrototype ? ownStateOf(fn, value) : [value === fn ? ITSELF : value];
    return [key, ...values, get, set, writable, enumerable, configurable];
  });
  return [Object.getPrototypeOf(of), Object.isExtensible(of), ...own];
}

/** Whether the state holds nothing that its program made; what is built in is not looked up, which takes long the first time. */
function holdsNothing(own: OwnState, natural: object): boolean {
  const shared: unknown[] = [natural, Object.prototype, ownProperty(natural, "prototype")?.value];
  return own.every((value) => !isObject(value) || shared.includes(value));
}

function isSameState(a: OwnState, b: OwnState): boolean {
  return a.length === b.length && a.every((value, at) => Object.is(value, b[at]));
}
