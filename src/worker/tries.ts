/** How the tries at a call are begun, limited and ended: alone on the worker, or beside other calls. */
import type { ShardContext } from "./call-context.js";

export interface Tries {
  /** Whether other calls run at the same time. */
  readonly isBeside: boolean;
  /** Whether what a try was given up for goes on all the same, so that no other one should run beside it. */
  readonly isAbandoned: boolean;
  /** What the try that runs sees. */
  readonly context: ShardContext;
  begin(index: number, retry: number): void;
  /** Settles as the body does, or rejects with what ends its try before: an error that nobody caught, or `Overrun`. */
  during<T>(body: () => Promise<T>): Promise<T>;
  /** Resolves when another try may begin. */
  next(pauseMs: number): Promise<void>;
}

/** A try took longer than it may, and was given up. */
export class Overrun extends Error {}
