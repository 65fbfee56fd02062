import type { SourcePosition } from "../errors.js";
import { CaptureError } from "../errors.js";
import { assemble } from "./emit/assemble.js";
import { refreshBuiltins } from "./identity/builtins.js";
import { refreshRequired } from "./identity/required.js";
import { lendDebugger, releaseDebugger } from "./inspect/debugger.js";
import { releaseHeap } from "./inspect/heap.js";
import { forgetLooks } from "./inspect/look.js";
import { InspectorBlocked, releaseObjects } from "./inspect/session.js";
import { type Origin, originOf } from "./origin.js";
import type { CapturedPackage } from "./payload.js";
import { type CaptureSummary, summarise } from "./summary.js";
import { captureText } from "./text-only.js";
import { excerptOf, nameOf } from "./texts.js";
import type { Callable } from "./types.js";
import { forgetCallers } from "./walk/callers.js";
import { pathText } from "./walk/graph.js";
import { packagesOf } from "./walk/packages.js";
import { Walker } from "./walk/walker.js";
import { type CaptureWarning, leastBytes, limitSize, warningsOf } from "./warnings.js";

export type { CapturedPackage, CaptureSummary, CaptureWarning };

export interface CaptureOptions {
  /** Registered classes, by name; captured with the function, so that class identity holds between them. Default none. */
  classes?: ReadonlyMap<string, Callable>;
  /** Largest payload, in bytes; past it a CaptureError names the largest variable. Default 64 MiB. */
  maxBytes?: number;
  /** Size of one captured variable, in bytes, from which a warning is given. Default 1 MiB. */
  warnBytes?: number;
  /** What to do about captured text that looks like a secret. Default "warn". */
  secrets?: "warn" | "error" | "ignore";
  /** For objects that travel by a token of the caller's instead of by value: gives the token, or undefined. */
  reference?: (value: object) => string | undefined;
}

export interface CapturedScript {
  url: string;
  sourceMapUrl: string | undefined;
  scriptId: string;
}

export interface Captured {
  /** The function payload: version byte first, the same for equal input, so that its digest can be a cache key. */
  bytes: Uint8Array;
  /** The function's name, or "". */
  name: string;
  /** Where the user wrote it. Reads a source map, if there is one. */
  position(): SourcePosition | undefined;
  /** Scripts of the user's whose code travels; their source maps lead stack traces back to what the user wrote. */
  scripts: readonly CapturedScript[];
  /** Tokens that `reference` gave. */
  references: readonly string[];
  /** What the worker has to be able to load. Packages that the code names by a computed text are not among them. */
  packages: readonly CapturedPackage[];
  warnings: readonly CaptureWarning[];
  summary: CaptureSummary;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/**
 * Captures a function with everything it closes over, synchronously, as a payload that a worker can rebuild. Runs none
 * of the user's code. Throws CaptureError, naming the variable and the way to it, when something cannot travel.
 */
export function capture(fn: Callable, options: CaptureOptions = {}): Captured {
  refuseToJson(fn);
  try {
    return captureLive(fn, options);
  } catch (error) {
    if (error instanceof InspectorBlocked) return captureText(fn, options, error);
    throw error instanceof CaptureError ? error : unexpected(fn, error);
  } finally {
    release();
  }
}

/** Node.js writes its messages to the inspector as JSON, and this replaces them. */
function refuseToJson(fn: Callable): void {
  if (!("toJSON" in Object.prototype)) return;
  const reason = "this program gave every object a toJSON, past which the inspector of Node.js cannot be asked";
  const cure = "Delete it before, or put it on your own classes.";
  throw new CaptureError({ path: "Object.prototype.toJSON", reason, cure, excerpt: excerptOf(fn) });
}

/** Lets go of what was kept for the time of one capture. */
function release(): void {
  releaseDebugger();
  releaseHeap();
  forgetLooks();
  releaseObjects();
  forgetCallers();
}

function captureLive(fn: Callable, options: CaptureOptions): Captured {
  forgetLooks();
  lendDebugger();
  refreshBuiltins();
  refreshRequired();
  if (typeof fn !== "function") throw notAFunction(fn);
  const origin = originOf(fn);
  const walker = new Walker({ reference: options.reference, ...origin });
  try {
    return captureWith(walker, fn, options, origin);
  } catch (error) {
    if (error instanceof InspectorBlocked || error instanceof CaptureError) throw error;
    throw unexpected(fn, error, pathText(walker.at));
  }
}

function captureWith(walker: Walker, fn: Callable, options: CaptureOptions, origin: Origin): Captured {
  const root = walker.encode(fn, { from: undefined, text: "" });
  const classes = [...(options.classes ?? [])].map(([name, value]): [string, unknown] => [
    name,
    walker.encode(value, { from: undefined, text: name }),
  ]);
  walker.finish();
  const summary = summarise(walker);
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  limitSize(leastBytes(walker), maxBytes, summary, origin);
  const warnings = warningsOf(walker, summary, options);
  const packages = packagesOf(walker);
  const { bytes } = assemble(walker, { name: nameOf(fn), root, classes });
  limitSize(bytes.length, maxBytes, summary, origin);
  return {
    bytes,
    name: nameOf(fn),
    position: () => origin.tell().position,
    scripts: scriptsOf(walker),
    references: [...walker.references],
    packages,
    warnings,
    summary: { ...summary, bytes: bytes.length },
  };
}

/** What an exotic object or a limit of the engine threw at us: still an error that says which function was meant. */
function unexpected(fn: Callable, cause: unknown, path = ""): CaptureError {
  const reason = `reading it failed with ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`;
  const cure = "Capture less: give the function plain values instead of this object.";
  return new CaptureError(
    { path: path || nameOf(fn) || "the function", reason, cure, excerpt: excerptOf(fn) },
    { cause },
  );
}

function notAFunction(value: unknown): CaptureError {
  const reason = `it is ${value === null ? "null" : `of type ${typeof value}`}, not a function`;
  return new CaptureError({ path: "the function", reason, cure: "Pass a function." });
}

function scriptsOf(walker: Walker): CapturedScript[] {
  const scripts = new Map<string, CapturedScript>();
  for (const { fn } of walker.nodes) {
    if (fn?.script)
      scripts.set(fn.script.scriptId, {
        url: fn.script.url,
        sourceMapUrl: fn.script.sourceMapUrl,
        scriptId: fn.script.scriptId,
      });
  }
  return [...scripts.values()];
}
