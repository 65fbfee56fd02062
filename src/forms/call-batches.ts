/** Calls of one function that are made in the same tick, as one job. */
import { decode, encode } from "../codec/codec.js";
import type { JobOptions } from "../options.js";
import { registeredClasses } from "../register-class.js";
import { CallSite } from "../util/called.js";
import type { InnerExecutor } from "./context.js";
import { mappedFor } from "./mapper.js";
import { applier } from "./on-worker/dispatched.js";

interface WaitingCall {
  args: readonly unknown[];
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export class CallBatches {
  readonly #fn: Function;
  readonly #executor: () => Pick<InnerExecutor, "map">;
  readonly #options: JobOptions;
  /** By what the calls have as `this`. */
  readonly #waiting = new Map<unknown, WaitingCall[]>();

  constructor(fn: Function, executor: () => Pick<InnerExecutor, "map">, options: JobOptions) {
    this.#fn = fn;
    this.#executor = executor;
    this.#options = options;
  }

  /** Arguments travel as they are now; the function and its `this`, with all that they reach, as they are when the tick's calls are made. */
  add(self: unknown, given: readonly unknown[]): Promise<unknown> {
    const site = new CallSite(CallBatches.prototype.add);
    return new Promise((resolve, reject) => {
      const call = { args: copyOf(given), resolve, reject: (error: unknown) => reject(site.show(error)) };
      const waiting = this.#waiting.get(self);
      if (waiting) waiting.push(call);
      else {
        this.#waiting.set(self, [call]);
        queueMicrotask(() => this.#send(self));
      }
    });
  }

  #send(self: unknown): void {
    const calls = this.#waiting.get(self) as WaitingCall[];
    this.#waiting.delete(self);
    try {
      const inputs = calls.map(({ args }) => args);
      const job = mappedFor([this.#fn], this.#options, () =>
        this.#executor().map(applier(this.#fn, self), inputs, this.#options),
      );
      for (const [index, { resolve, reject }] of calls.entries()) void job.futures[index]?.then(resolve, reject);
    } catch (error) {
      for (const { reject } of calls) reject(error);
    }
  }
}

/** What cannot travel fails its own call, and no other of the tick. */
function copyOf(args: readonly unknown[]): readonly unknown[] {
  const classes = registeredClasses();
  return decode(encode(args, { root: "arguments", classes }), { classes }) as unknown[];
}
