/** Hears of the calls of functions that run on workers, and hands each to whoever runs those of its function. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { CallBatches } from "./call-batches.js";
import { CALL_CHANNEL, type RemoteCall } from "./on-worker/dispatched.js";

/** By function. A module's variable, because a decorator belongs to no executor; weak, because a function that is gone is called no more. */
const runners = new WeakMap<Function, CallBatches>();

/** From now on, calls of what `dispatched(fn)` gives are added to the batches. */
export function runCallsOf(fn: Function, batches: CallBatches): void {
  runners.set(fn, batches);
  // One listener for all.
  unsubscribe(CALL_CHANNEL, onCall);
  subscribe(CALL_CHANNEL, onCall);
}

function onCall(message: unknown): void {
  const call = message as RemoteCall;
  call.result ??= runners.get(call.fn)?.add(call.self, call.args);
}
