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
let givenId: string | undefined;
let connected: inspector.Session | undefined;

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

/** Listing the properties of an object that is known gives an id without compiling a script, unlike an expression. */
export function objectIdOf(value: unknown): string {
  session();
  givenId ??= idOfGiven();
  given.value = value;
  const { result } = post("Runtime.getProperties", { objectId: givenId, ownProperties: true });
  given.value = undefined;
  const id = result[0]?.value?.objectId;
  if (!id) throw new Error("The inspector gave no id for an object");
  return id;
}

function idOfGiven(): string {
  offerSlotIn(globalThis);
  Object.defineProperty(inspector, SLOT_KEY, SLOT_PROPERTY);
  return evaluate(`${SLOT}.given`).objectId as string;
}

/** The global object of the context in which Node itself and the program's entry run. */
export function mainGlobal(): unknown {
  session();
  return realValueOf(evaluate("globalThis").objectId);
}

function evaluate(expression: string): Loose {
  return post("Runtime.evaluate", { expression, objectGroup: GROUP, silent: true }).result;
}

export function realValueOf(objectId: string): unknown {
  const functionDeclaration = `function () { ${SLOT}.out = this; }`;
  const params = { objectId, functionDeclaration, silent: true, returnByValue: true };
  const { exceptionDetails } = post("Runtime.callFunctionOn", params);
  if (exceptionDetails) throw new Error("The inspector could not hand over an object of another context");
  const { out } = slot;
  slot.out = undefined;
  return out;
}

/** Lets go of every object that the inspector holds for us; without it the heap grows with each capture. */
export function releaseObjects(): void {
  if (connected) post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  givenId = undefined;
  takeSlotBack();
}
