/** What a job leaves running in its worker, such as timers, sockets and child processes, is no other job's. */
import type { ShardRequest } from "../wire/messages.js";
import { UnfitWorker } from "./unfit-worker.js";

/** Taken at load: the user's function may replace it. */
const activeResources = process.getActiveResourcesInfo.bind(process);

export class Leftovers {
  readonly #own = countsOf(activeResources());
  #jobId: string | undefined;

  /** To be asked before anything is done for the shard. Throws `UnfitWorker`. */
  checkFit({ jobId }: ShardRequest): void {
    if (this.#jobId !== undefined && this.#jobId !== jobId) {
      const kind = this.#find();
      if (kind) throw new UnfitWorker(`Another job has left something running on this worker (${kind}).`);
    }
    this.#jobId = jobId;
  }

  /** The kind of something that was not there when the worker started; undefined when there is nothing. */
  #find(): string | undefined {
    for (const [kind, count] of countsOf(activeResources())) if (count > (this.#own.get(kind) ?? 0)) return kind;
    return undefined;
  }
}

function countsOf(kinds: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
