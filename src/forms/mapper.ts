/** What the forms need of an executor. They are thin: all that runs, runs by its `map()`. */
import type { BackendLimits } from "../backends/backend.js";
import { CaptureError } from "../errors.js";
import { explain } from "../host/capture-function.js";
import type { Inputs } from "../host/encode-inputs.js";
import type { Job } from "../job/job.js";
import type { JobOptions } from "../options.js";
import type { MapFunction } from "./context.js";

export interface Mapper {
  map<I, R>(fn: MapFunction<I, R>, inputs: Inputs<I>, options?: JobOptions): Job<Awaited<R>>;
}

/** Known at once, or once the platform was asked. */
export type LimitsOf = () => BackendLimits | Promise<BackendLimits>;

/**
 * Runs `map()` on a function of the library's own that calls the user's. Of what one of those closes over, a `CaptureError` tells as if it
 * had been mapped itself: with its way from there, and the place and the first lines of it.
 */
export function mappedFor<J>(functions: readonly Function[], options: JobOptions, map: () => J): J {
  try {
    return map();
  } catch (error) {
    if (error instanceof CaptureError) for (const fn of functions) explain(fn, explainable(options));
    throw error;
  }
}

/** Size and secrets were judged with all that travels, and are no matter of one function. */
function explainable({ byValue }: JobOptions): JobOptions {
  return { secrets: "ignore", maxPayloadBytes: Number.MAX_SAFE_INTEGER, ...(byValue && { byValue }) };
}
