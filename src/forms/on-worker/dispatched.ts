/** Functions that run on workers wherever they are called, but for calls on a worker: those run where they are. */
import { channel } from "node:diagnostics_channel";

export const CALL_CHANNEL = "nodewren.remote-call";

/** A call, as the host hears of it. */
export interface RemoteCall {
  fn: Function;
  self: unknown;
  args: readonly unknown[];
  /** Set by whoever runs the call. */
  result?: Promise<unknown> | undefined;
}

/**
 * A function in place of `fn`. It names no executor, by which it could not travel with what closes over it, but tells of each call on a
 * channel of Node's, where nobody listens on a worker.
 */
export function dispatched(fn: Function): (this: unknown, ...args: unknown[]) => Promise<unknown> {
  return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const call: RemoteCall = { fn, self: this, args };
    channel(CALL_CHANNEL).publish(call);
    return call.result ?? fn.apply(this, args);
  };
}

/** What is mapped over the arguments of calls. */
export function applier(fn: Function, self: unknown): (args: readonly unknown[]) => unknown {
  return (args) => fn.apply(self, args);
}
