import type { SourcePosition } from "../errors.js";
import type { CapturedPackage } from "./payload/payload.js";
import type { Reads } from "./report/reads.js";
import type { CaptureSummary } from "./report/summary.js";
import type { CaptureWarning } from "./report/warnings.js";
import type { Callable } from "./types.js";

export interface CaptureOptions {
  /** Registered classes, by name; captured with the function, so that class identity holds between them. Default none. */
  classes?: ReadonlyMap<string, Callable>;
  /**
   * Functions that are called with what `fn` made, such as an error that it threw, by the names that errors have for them: captured
   * with it, so that a class that both use is one. Default none.
   */
  helpers?: ReadonlyMap<string, Callable>;
  /** Largest payload, in bytes; past it a CaptureError names the largest variable. Default 64 MiB. */
  maxBytes?: number;
  /** Size of one captured variable, in bytes, from which a warning is given. Default 1 MiB. */
  warnBytes?: number;
  /** What to do about captured text that looks like a secret. Default "warn". */
  secrets?: "warn" | "error" | "ignore";
  /** Names of packages that travel by value, besides those that have to. Default none. */
  byValue?: readonly string[];
  /**
   * For a setup, which runs once and leaves things for the calls: it is given no global variables. The keys are of those that
   * the calls are given, which a setup must not set.
   */
  setupBefore?: ReadonlySet<PropertyKey>;
  /** For objects that the caller knows not to travel: gives why, and what to do about it. */
  refusal?: (value: object) => { reason: string; hint: string } | undefined;
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
  /** Environment variables that the code reads, with what they are now; undefined for those that are not set. */
  environment: ReadonlyMap<string, string | undefined>;
  /** What its results may depend on besides its inputs. */
  reads: Reads;
  /** Keys of the global variables that each call is given. */
  globals: readonly PropertyKey[];
  warnings: readonly CaptureWarning[];
  summary: CaptureSummary;
}
