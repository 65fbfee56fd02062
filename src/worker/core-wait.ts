/** How long the main thread of this process has waited for a core, where the system tells. */
import { openSync, readSync } from "node:fs";

/** Of Linux: time on a core and time ready to be on one, both in ns, and the number of turns, of the thread that a process began with. */
const FILE = "/proc/self/schedstat";

const NS_PER_MS = 1e6;

export class CoreWait {
  readonly #text = Buffer.alloc(128);
  #file: number | undefined;
  #isAsked = false;

  /** So far, ms; undefined where nobody knows. */
  get ms(): number | undefined {
    if (!this.#isAsked) this.#open();
    return this.#file === undefined ? undefined : this.#read(this.#file);
  }

  #open(): void {
    this.#isAsked = true;
    try {
      this.#file = openSync(FILE, "r");
    } catch {
      // Another system, or one that keeps no such counts or shows none.
    }
  }

  #read(file: number): number | undefined {
    try {
      const text = this.#text.toString("latin1", 0, readSync(file, this.#text, 0, this.#text.length, 0));
      const ns = /^\d+ (\d+) \d+\n$/.exec(text)?.[1];
      if (ns !== undefined) return Number(ns) / NS_PER_MS;
    } catch {
      // A call may have closed it.
    }
    this.#file = undefined;
    return undefined;
  }
}
