import process from "node:process";
import { types } from "node:util";
import type { Callable, Loose } from "../types.js";
import { debuggerAttached, GROUP, objectIdOf, post, SLOT, session, slot } from "./connection.js";
import { theDebugger } from "./debugger.js";
import { unwrap } from "./look.js";
import { quietly } from "./quiet.js";

/** What can be done while a function stands paused at its entry, before any of its code has run. */
export interface Pause {
  /** Value of an expression in the function's scope; `failed` when evaluating it threw. */
  read(expression: string): { value: unknown; failed: boolean };
  /**
   * Gives a variable a value; `depth` counts the function's scopes from the outermost, without the global ones. False
   * where the engine does not take the value, such as an object for code of another context.
   */
  assign(depth: number, name: string, value: unknown): boolean;
}

const PROBE_LIMIT_MS = 5_000;

/** With this option of the engine, to end the paused call would end the process. */
const ABORTS = /(^|\s)--abort[-_]on[-_]uncaught[-_]exception/;

/** Whether functions can be paused here; a debugger attached from outside would see our pause. */
export function canProbe(): boolean {
  return !debuggerAttached() && ![...process.execArgv, process.env.NODE_OPTIONS ?? ""].some((one) => ABORTS.test(one));
}

/**
 * Calls `fn`, pauses at the first place to stop that it comes to, runs `study`, and ends the call, so that none of its
 * body runs. Undefined when it did not pause. For `scopes/pause-at-entry.ts` alone, which knows what can be paused safely.
 */
export function atEntry<T>(fn: Callable, args: readonly unknown[], study: (pause: Pause) => T): T | undefined {
  const inspected = session();
  let outcome: { value: T } | { error: unknown } | undefined;
  let isInside = false;
  // The first stop may be in an argument that a parameter's pattern asks; the function is then the caller of that.
  const onPaused = ({ params: { callFrames } }: Loose): void => {
    if (!isInside) {
      isInside = true;
      inspected.post("Debugger.stepInto", () => {});
      return;
    }
    const frame = callFrames[callFrames.findIndex(({ functionName }: Loose) => functionName === ENTER) - 1];
    if (frame) outcome = studied(study, frame);
    inspected.post("Runtime.terminateExecution", () => {});
  };
  inspected.on("Debugger.paused", onPaused);
  try {
    callPaused(entranceOf(fn, args));
  } finally {
    inspected.off("Debugger.paused", onPaused);
  }
  if (outcome && "error" in outcome) throw outcome.error;
  return outcome?.value;
}

function studied<T>(study: (pause: Pause) => T, frame: Loose): { value: T } | { error: unknown } {
  try {
    return { value: study(pauseOf(frame)) };
  } catch (error) {
    return { error };
  }
}

const { apply } = Reflect;
const ENTER = "nodewren enters a function";

/** Runs a function's body, from a call that bears the name. To call a generator fills its parameters, and its body waits for the first `next`. */
function entranceOf(fn: Callable, args: readonly unknown[]): Callable {
  if (!types.isGeneratorFunction(fn)) return { [ENTER]: () => apply(fn, undefined, args) }[ENTER];
  const generator = apply(fn, undefined, args);
  const next = types.isAsyncFunction(fn) ? NEXT_ASYNC : NEXT;
  return { [ENTER]: () => apply(next, generator, []) }[ENTER];
}

const nextOf = (generator: Callable): Callable => Object.getPrototypeOf(generator.prototype).next;
const NEXT = nextOf(function* () {});
const NEXT_ASYNC = nextOf(async function* () {});

/** A breakpoint at a function's entry lies at the first place of its text, which may never be come to: so we stop here, and step in. */
function callPaused(entrance: Callable): void {
  theDebugger.turnOn();
  const { breakpointId } = post("Debugger.setBreakpointOnFunctionCall", { objectId: objectIdOf(entrance) });
  slot.call = entrance;
  try {
    const expression = `${SLOT}.call()`;
    session().post("Runtime.evaluate", { expression, silent: true, timeout: PROBE_LIMIT_MS } as never, () => {});
  } finally {
    slot.call = undefined;
    post("Debugger.removeBreakpoint", { breakpointId });
  }
}

function pauseOf({ callFrameId, scopeChain }: Loose): Pause {
  return {
    assign(depth, name, value) {
      const outermost = scopeChain.findIndex(({ type }: Loose) => type === "global" || type === "script");
      const scopeNumber = outermost - 1 - depth;
      const params = { callFrameId, scopeNumber, variableName: name, newValue: argumentFor(value) };
      return isAccepted("Debugger.setVariableValue", params);
    },
    read(expression) {
      const params = { callFrameId, expression, silent: true, objectGroup: GROUP };
      const { result, exceptionDetails } = post("Debugger.evaluateOnCallFrame", params);
      return { value: exceptionDetails ? undefined : unwrap(result), failed: exceptionDetails !== undefined };
    },
  };
}

function isAccepted(method: string, params: object): boolean {
  try {
    post(method, params);
    return true;
  } catch {
    return false;
  }
}

/** How a value is handed to the inspector without losing anything. */
function argumentFor(value: unknown): object {
  if (typeof value === "bigint") return { unserializableValue: `${value}n` };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { unserializableValue: Object.is(value, -0) ? "-0" : String(value) };
  }
  const hasIdentity =
    (typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "symbol";
  if (hasIdentity) return { objectId: quietly([value], () => objectIdOf(value)) };
  return value === undefined ? {} : { value };
}
