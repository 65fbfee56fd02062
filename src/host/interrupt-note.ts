/** Tells whoever interrupts a script how its jobs go on, where their store stays. */
import type { StoreDescriptor } from "../stores/store.js";

/** As much of an id as tells it from those of other jobs. */
const ID_LENGTH = 8;

/** One listener for all jobs of an executor, and only while one runs: with it, Node does not end at Ctrl-C by itself. */
export class InterruptNote {
  readonly #jobs = new Map<string, string>();
  readonly #onInterrupt = () => this.#tell();

  /** From now on the note names the job, until what is returned is called; not one whose store goes with the process. */
  add(jobId: string, descriptor: StoreDescriptor): () => void {
    const place = placeOf(descriptor);
    if (place === undefined) return () => {};
    if (this.#jobs.size === 0) process.on("SIGINT", this.#onInterrupt);
    this.#jobs.set(jobId, place);
    return () => {
      this.#jobs.delete(jobId);
      if (this.#jobs.size === 0) process.off("SIGINT", this.#onInterrupt);
    };
  }

  #tell(): void {
    process.off("SIGINT", this.#onInterrupt);
    for (const [jobId, place] of this.#jobs)
      process.stderr.write(
        `Job ${jobId.slice(0, ID_LENGTH)} can go on, and runs nothing again that has a result: NODEWREN_STORE=${quoted(place)} npx nodewren jobs resume ${jobId.slice(0, ID_LENGTH)}\n`,
      );
    // Nobody else has a say about this signal: the process ends by it, as it would have without this listener.
    if (process.listenerCount("SIGINT") === 0) process.kill(process.pid, "SIGINT");
  }
}

/** As the variable NODEWREN_STORE names it; undefined for a store that this cannot name, or that does not stay. */
function placeOf({ kind, temporary, folder, bucket, prefix }: StoreDescriptor): string | undefined {
  if (temporary === true) return undefined;
  if (kind === "file" && typeof folder === "string") return folder;
  return kind === "s3" && typeof bucket === "string" ? `s3://${bucket}/${prefix ?? ""}` : undefined;
}

function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
