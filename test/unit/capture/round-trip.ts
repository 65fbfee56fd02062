import { capture } from "../../../src/capture/capture.js";
import type { CaptureOptions } from "../../../src/capture/captured.js";
import { type Instance, load } from "../../../src/capture/rebuild/rebuild.js";
import type { Callable, Loose } from "../../../src/capture/types.js";

/** Captures a function and rebuilds it, in this process. */
export async function roundTrip(fn: Callable, options: CaptureOptions = {}): Promise<Instance> {
  return (await load(capture(fn, options).bytes)).instantiate();
}

/** What the rebuilt function returns. */
export async function callRebuilt(fn: Callable, ...args: unknown[]): Promise<Loose> {
  return (await roundTrip(fn)).fn(...args);
}
