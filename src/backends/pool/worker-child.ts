/** A worker's process as a pool deals with it, on this machine or on another one. */
import type { Duplex, Readable } from "node:stream";

/** `error`: there never was a process. `lost`: nobody knows what became of it, and why. */
export type Exit = { code: number | null; signal: string | null } | { error: Error } | { lost: string };

export interface WorkerChild {
  /** Messages both ways; undefined when the process could not be started. */
  readonly channel: Duplex | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Lines that the worker tells of itself. */
  readonly status: Readable | undefined;
  readonly ended: Promise<Exit>;
  /** Resolves when what a dead process has written last was read, or is not to be waited for any longer. */
  lastWords(): Promise<void>;
  /** Says whether the worker keeps this process alive. */
  hold(isBusy: boolean): void;
  /** Ends it at once; whoever waits for `ended` lives to see it. */
  kill(): void;
}
