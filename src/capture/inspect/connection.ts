import inspector from "node:inspector";
import type { Loose } from "../types.js";

/** Session.post calls back before it returns, so every command of the inspector can be used as a plain function. */
export type Post = (method: string, params?: object) => Loose;

/** Why the inspector cannot be used here, such as a permission model that blocks it. */
export class InspectorBlocked extends Error {}

interface Slot {
  /** Its one property is the object that an id is wanted for. */
  given: { value: unknown };
  out: unknown;
  call: unknown;
}

export const GROUP = "nodewren-capture";
const SLOT_KEY = Symbol.for("nodewren.capture.slot");
/**
 * How inspected code reaches the slot. What a built-in module exports is one object in every context of a thread, while
 * `process` may be a copy, as in Jest. Programs that play a browser have none, and get the slot as a hidden global.
 */
export const SLOT = `(globalThis[Symbol.for("${SLOT_KEY.description}")]
  ?? process.getBuiltinModule("node:inspector")[Symbol.for("${SLOT_KEY.description}")])`;

const given = Object.assign(Object.create(null), { value: undefined });
export const slot: Slot = { given, out: undefined, call: undefined };
const SLOT_PROPERTY = { __proto__: null, value: slot, configurable: true, enumerable: false };
/** What the inspector holds for us, until it is released. */
const held = {
  /** Its id for `given`. */
  givenId: undefined as string | undefined,
  /** Ids of objects that were asked for: one function may be captured a thousand times in a row. */
  ids: new Map<unknown, string>(),
  /** Captures whose objects these are: those in a row, until none follows in the same turn of the event loop. */
  captures: 0,
};
/** A thread has one connection for as long as it lives: to connect costs more than most captures do. */
let connected: inspector.Session | undefined;

/** Whether this process may not use the inspector; see Node's permission model. */
export function isInspectorBlocked(): boolean {
  try {
    session();
    return false;
  } catch (error) {
    if (error instanceof InspectorBlocked) return true;
    throw error;
  }
}

/** The one session of this thread; connected on first use. */
export function session(): inspector.Session {
  if (connected) return connected;
  const fresh = new inspector.Session();
  try {
    fresh.connect();
  } catch (error) {
    throw new InspectorBlocked("the inspector is blocked in this process", { cause: error });
  }
  connected = fresh;
  return fresh;
}

/** Global objects of contexts that have no way of their own to the slot, and so have it while a capture runs. */
const holders = new Set<object>();

/** Lets code of a context, known by its global object, reach the slot. */
export function offerSlotIn(global: object): void {
  if (holders.has(global) || typeof processOf(global)?.getBuiltinModule === "function") return;
  if (Reflect.defineProperty(global, SLOT_KEY, SLOT_PROPERTY)) holders.add(global);
}

/** No getter of the program's is asked. */
function processOf(global: object): Loose {
  return global === globalThis ? globalThis.process : Object.getOwnPropertyDescriptor(global, "process")?.value;
}

function takeSlotBack(): void {
  for (const global of holders) Reflect.deleteProperty(global, SLOT_KEY);
  holders.clear();
}

export function post(method: string, params?: object): Loose {
  let answer: { error: Error | null; result: unknown } | undefined;
  session().post(method, params as never, (error: Error | null, result?: unknown) => {
    answer = { error, result };
  });
  if (!answer) throw new Error(`The inspector did not answer ${method} at once`);
  if (answer.error) throw new Error(`The inspector refused ${method}: ${answer.error.message}`);
  return answer.result;
}

/** Whether a debugger is attached from outside: then pausing would hand control to it. */
export function debuggerAttached(): boolean {
  return inspector.url() !== undefined;
}

export function objectIdOf(value: unknown): string {
  const id = held.ids.get(value) ?? newIdOf(value);
  held.ids.set(value, id);
  return id;
}

/** Listing the properties of an object that is known gives an id without compiling a script, unlike an expression. */
function newIdOf(value: unknown): string {
  session();
  held.givenId ??= idOfGiven();
  given.value = value;
  const { result } = post("Runtime.getProperties", { objectId: held.givenId, ownProperties: true });
  given.value = undefined;
  const id = result[0]?.value?.objectId;
  if (!id) throw new Error("The inspector gave no id for an object");
  return id;
}

function offerSlot(): void {
  offerSlotIn(globalThis);
  Object.defineProperty(inspector, SLOT_KEY, SLOT_PROPERTY);
}

function idOfGiven(): string {
  offerSlot();
  return evaluate(`${SLOT}.given`).objectId as string;
}

/** The global object of the context in which Node itself and the program's entry run. */
export function mainGlobal(): unknown {
  return objectInMain("globalThis");
}

/** The object that an expression gives in that context. */
export function objectInMain(expression: string): unknown {
  session();
  offerSlot();
  return realValueOf(evaluate(expression).objectId);
}

function evaluate(expression: string): Loose {
  return post("Runtime.evaluate", { expression, objectGroup: GROUP, silent: true }).result;
}

/** The inspector's ids for some objects, all at once. */
export function objectIdsOf(values: readonly unknown[]): string[] {
  const unknown = values.filter((value) => !held.ids.has(value));
  if (unknown.length > 0) {
    const { result } = post("Runtime.getProperties", { objectId: newIdOf(unknown), ownProperties: true });
    for (const [index, value] of unknown.entries()) held.ids.set(value, result[index].value.objectId);
  }
  return values.map((value) => held.ids.get(value) as string);
}

export function realValueOf(objectId: string): unknown {
  return handOver(objectId, `function () { ${SLOT}.out = this; }`, []);
}

/** Several objects of one context. */
export function realValuesOf(objectIds: readonly string[]): unknown[] {
  const [first = ""] = objectIds;
  return handOver(first, `function (...all) { ${SLOT}.out = all; }`, objectIds) as unknown[];
}

/** A program may have given all arrays a `toJSON`, and all objects a `get`. */
const NO_JSON: PropertyDescriptor = Object.assign(Object.create(null), { value: undefined });

function handOver(objectId: string, functionDeclaration: string, ids: readonly string[]): unknown {
  const given = Object.defineProperty(
    ids.map((one) => ({ objectId: one })),
    "toJSON",
    NO_JSON,
  );
  const params = { objectId, functionDeclaration, arguments: given, silent: true, returnByValue: true };
  const { exceptionDetails } = post("Runtime.callFunctionOn", params);
  if (exceptionDetails) throw new Error("The inspector could not hand over an object of another context");
  const { out } = slot;
  slot.out = undefined;
  return out;
}

/** Captures after which objects are released at the latest. */
const CAPTURES_A_RELEASE = 64;

/**
 * Ends a capture: the inspector lets go of every object that it holds for us, as the heap would grow with each capture
 * otherwise. Captures in a row share one such end, since it takes as long as a fifth of a small one.
 */
export function releaseObjects(): void {
  held.captures++;
  if (holders.size > 0 || held.captures >= CAPTURES_A_RELEASE) releaseNow();
  else if (held.captures === 1) void releaseLater();
}

/** An `await` asks for no function that the program may have replaced. */
async function releaseLater(): Promise<void> {
  await undefined;
  releaseNow();
}

function releaseNow(): void {
  if (held.captures === 0) return;
  held.captures = 0;
  if (connected) post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  held.givenId = undefined;
  held.ids.clear();
  takeSlotBack();
}
