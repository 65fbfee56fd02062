import { CaptureError, OptionError } from "../errors.js";
import type { Captured, CapturedScript, CaptureOptions } from "./captured.js";
import { emit } from "./emit/emit.js";
import type { Roots } from "./graph/complete-graph.js";
import { pathText } from "./graph/path.js";
import { InspectorBlocked } from "./inspect/connection.js";
import { excerptOf, nameOf } from "./inspect/function-excerpt.js";
import { noteScriptOnStack } from "./inspect/script-on-stack.js";
import { foldersByName } from "./packages/asked-by-value.js";
import { isOfTravel, settleTravel } from "./packages/settle-travel.js";
import { ByValue, type TravelPolicy } from "./packages/travel-policy.js";
import type { CapturedPackage } from "./payload/payload.js";
import { captureAgain, rememberPlain } from "./repeated.js";
import { type Origin, originOf } from "./report/origin.js";
import { reportOn } from "./report/report.js";
import type { CaptureSummary } from "./report/summary.js";
import type { CaptureWarning } from "./report/warnings.js";
import { resolve } from "./resolve/resolve.js";
import { CaptureSession } from "./session.js";
import { captureText } from "./text-only.js";
import type { Callable } from "./types.js";
import { Walker } from "./walk/walker.js";

export type { Captured, CapturedPackage, CapturedScript, CaptureOptions, CaptureSummary, CaptureWarning };

/**
 * Captures a function with everything it closes over, synchronously, as a payload that a worker can rebuild. Runs none
 * of the user's code. Throws CaptureError, naming the variable and the way to it, when something cannot travel, and OptionError
 * for `byValue`.
 */
export function capture(fn: Callable, options: CaptureOptions = {}): Captured {
  refuseToJson(fn);
  const session = new CaptureSession();
  try {
    return captureLive(session, fn, options);
  } catch (error) {
    if (error instanceof InspectorBlocked) return captureBlocked(session, fn, options, error);
    throw error instanceof CaptureError || error instanceof OptionError ? error : unexpected(fn, error);
  } finally {
    session.dispose();
  }
}

function captureBlocked(session: CaptureSession, fn: Callable, options: CaptureOptions, cause: Error): Captured {
  try {
    return captureText(session, fn, options, cause);
  } catch (error) {
    throw error instanceof CaptureError ? error : unexpected(fn, error);
  }
}

/** Node.js writes its messages to the inspector as JSON, and this replaces them. */
function refuseToJson(fn: Callable): void {
  if (!("toJSON" in Object.prototype)) return;
  const reason = "this program gave every object a toJSON, past which the inspector of Node.js cannot be asked";
  const hint = "Delete it before, or put it on your own classes.";
  throw new CaptureError({ path: "Object.prototype.toJSON", reason, hint, excerpt: excerptOf(fn) });
}

function captureLive(session: CaptureSession, fn: Callable, options: CaptureOptions): Captured {
  if (typeof fn !== "function") throw notAFunction(fn);
  for (const one of [fn, ...(options.helpers?.values() ?? [])]) noteScriptOnStack(one, session.look(one));
  const origin = originOf(fn);
  const { reference, refusal, setupBefore } = options;
  const walkerFor = (travel: TravelPolicy) =>
    new Walker({ reference, refusal, setupBefore, travel, ...origin }, session);
  const again = captureAgain(session, fn, options, () => walkerFor(new ByValue()));
  if (again) return again;
  return settleTravel(fn, foldersByName(options.byValue ?? [], origin.importer), (travel) => {
    const walker = walkerFor(travel);
    try {
      return captureWith(walker, fn, options, origin);
    } catch (error) {
      if (isOfCapture(error)) throw error;
      throw unexpected(fn, error, pathText(walker.at));
    }
  });
}

function isOfCapture(error: unknown): boolean {
  return error instanceof InspectorBlocked || error instanceof CaptureError || isOfTravel(error);
}

function captureWith(walker: Walker, fn: Callable, options: CaptureOptions, origin: Origin): Captured {
  const roots = walkFrom(walker, fn, options);
  const graph = resolve(walker, roots);
  const { limit, summary, ...report } = reportOn(walker, options, origin);
  const bytes = emit(graph);
  limit(bytes.length);
  const captured = {
    bytes,
    name: graph.name,
    position: () => origin.describe().position,
    references: [...walker.references],
    globals: [...walker.globals.keys()],
    ...report,
    summary: { ...summary, bytes: bytes.length },
  };
  rememberPlain(walker, fn, options, captured);
  return captured;
}

function walkFrom(walker: Walker, fn: Callable, { classes = new Map(), helpers = new Map() }: CaptureOptions): Roots {
  const root = walker.encode(fn, { from: undefined, text: "" });
  const encoded = [...classes].map(([name, value]): Roots["classes"][number] => [
    name,
    walker.encode(value, { from: undefined, text: name }),
  ]);
  const beside = [...helpers].map(([owner, value]): Roots["helpers"][number] => [
    owner,
    walker.encode(value, { from: undefined, text: "", owner }),
  ]);
  walker.finish();
  return { name: nameOf(fn), root, classes: encoded, helpers: beside };
}

/** What an exotic object or a limit of the engine threw at us: still an error that says which function was meant. */
function unexpected(fn: Callable, cause: unknown, path = ""): CaptureError {
  const reason = `reading it failed with ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`;
  const hint = "Capture less: give the function plain values instead of this object.";
  return new CaptureError(
    { path: path || nameOf(fn) || "the function", reason, hint, excerpt: excerptOf(fn) },
    { cause },
  );
}

function notAFunction(value: unknown): CaptureError {
  const reason = `it is ${value === null ? "null" : `of type ${typeof value}`}, not a function`;
  return new CaptureError({ path: "the function", reason, hint: "Pass a function." });
}
