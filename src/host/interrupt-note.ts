/** Tells whoever interrupts a script how its jobs go on, where their store stays. */

import type { StoreDescriptor } from "../stores/store.js";
import { atSignal } from "../util/at-signal.js";
import { placeText } from "../util/store-place.js";

/** As much of an id as tells it from those of other jobs. */
const ID_LENGTH = 8;

/** One listener for all jobs of an executor, and only while one runs: with it, Node does not end at Ctrl-C by itself. */
export class InterruptNote {
  readonly #jobs = new Map<string, string>();
  #forget = () => {};

  /** From now on the note names the job, until what is returned is called; not one whose store goes with the process. */
  add(jobId: string, descriptor: StoreDescriptor): () => void {
    const place = placeOf(descriptor);
    if (place === undefined) return () => {};
    if (this.#jobs.size === 0) this.#forget = atSignal("SIGINT", () => this.#tell());
    this.#jobs.set(jobId, place);
    return () => {
      this.#jobs.delete(jobId);
      if (this.#jobs.size === 0) this.#forget();
    };
  }

  #tell(): void {
    // Once is enough, where the process goes on.
    this.#forget();
    for (const [jobId, place] of this.#jobs)
      process.stderr.write(
        `Job ${jobId.slice(0, ID_LENGTH)} can go on, and runs nothing again that has a result: NODEWREN_STORE=${quoted(place)} npx nodewren jobs resume ${jobId.slice(0, ID_LENGTH)}\n`,
      );
  }
}

/** As the variable NODEWREN_STORE names it; undefined for a store that this cannot name, or that does not stay. */
function placeOf(descriptor: StoreDescriptor): string | undefined {
  return descriptor["temporary"] === true ? undefined : placeText(descriptor);
}

function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
