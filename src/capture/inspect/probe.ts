import { debuggerAttached, objectIdOf, post, SLOT, session, slot } from "./session.js";

/** What can be done while a function stands paused at its entry, before any of its code has run. */
export interface Pause {
  /** Value of an expression in the function's scope; `failed` when evaluating it threw. */
  read(expression: string): { value: unknown; failed: boolean };
}

const PROBE_LIMIT_MS = 5_000;

/** Whether functions can be paused here; a debugger attached from outside would see our pause. */
export function canProbe(): boolean {
  return !debuggerAttached();
}

/**
 * Pauses `fn` at its entry, runs `study`, and ends the call, so that none of its body runs. Undefined when it did not
 * pause, as with class constructors. Arguments are given so that no default initialiser would have to run.
 */
export function atEntry<T>(fn: Function, study: (pause: Pause) => T): T | undefined {
  const inspected = session();
  let outcome: { value: T } | { error: unknown } | undefined;
  const onPaused = ({ params }: any): void => {
    try {
      outcome = { value: study(pauseOf(params.callFrames[0].callFrameId)) };
    } catch (error) {
      outcome = { error };
    }
    inspected.post("Runtime.terminateExecution", () => {});
  };
  inspected.on("Debugger.paused", onPaused);
  try {
    callPaused(fn);
  } finally {
    inspected.off("Debugger.paused", onPaused);
    post("Debugger.disable");
  }
  if (outcome && "error" in outcome) throw outcome.error;
  return outcome?.value;
}

function callPaused(fn: Function): void {
  post("Debugger.enable");
  const { breakpointId } = post("Debugger.setBreakpointOnFunctionCall", { objectId: objectIdOf(fn) });
  slot.call = fn;
  try {
    const expression = `${SLOT}.call()`;
    session().post("Runtime.evaluate", { expression, silent: true, timeout: PROBE_LIMIT_MS } as never, () => {});
  } finally {
    slot.call = undefined;
    post("Debugger.removeBreakpoint", { breakpointId });
  }
}

function pauseOf(callFrameId: string): Pause {
  return {
    read(expression) {
      const wrapped = `${SLOT}.out = { value: (${expression}) }`;
      slot.out = undefined;
      post("Debugger.evaluateOnCallFrame", { callFrameId, expression: wrapped, silent: true, returnByValue: true });
      const found = slot.out as { value: unknown } | undefined;
      slot.out = undefined;
      return found ? { value: found.value, failed: false } : { value: undefined, failed: true };
    },
  };
}
