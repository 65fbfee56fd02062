/** Follows a job whose inputs come bit by bit, from the segments that its host stores. */
import { InvokeError } from "../errors.js";
import { type JobRecord, shardsOf } from "../wire/job-record.js";
import type { JobRun, Task } from "./job-run.js";
import { tasksOf } from "./read-job.js";
import { readNewSegments, readStreamEnd } from "./read-record.js";
import { storeStreamEnd } from "./store-segment.js";

const HOST_GONE = "the host that read them is gone, and only that one had their source.";

export class StreamFollower {
  readonly #run: JobRun;
  readonly #record: JobRecord;
  /** Segments whose tasks were handed out. */
  #known = 0;
  /** Whether segments may still come. */
  isOpen = true;

  constructor(run: JobRun, record: JobRecord) {
    this.#run = run;
    this.#record = record;
  }

  /**
   * What was stored since the last look.
   *
   * @param isHostGone whether nothing else will ever come
   */
  async next(isHostGone: boolean): Promise<Task[]> {
    const { store, jobId, outcomes } = this.#run;
    if (isHostGone) {
      await readNewSegments(store, this.#record);
      await storeStreamEnd(this.#run, this.#record.segments.length, HOST_GONE);
    }
    // Looked for before the segments, of which more may come until there is an end.
    const end = await readStreamEnd(store, jobId);
    await readNewSegments(store, this.#record);
    const segments = this.#record.segments.slice(this.#known);
    const tasks = tasksOf(segments, this.#known);
    this.#known += segments.length;
    if (outcomes.total === undefined) outcomes.take(this.#record.calls - outcomes.taken);
    if (end) this.#end(end.failure ?? undefined);
    return tasks;
  }

  #end(failure: string | undefined): void {
    this.isOpen = false;
    const { jobId, outcomes } = this.#run;
    const read = this.#record.calls;
    const error =
      failure !== undefined &&
      new InvokeError(`The inputs of job ${jobId} were not read beyond the first ${read}: ${failure}`);
    if (outcomes.total === undefined) outcomes.endStream(error ? { error } : undefined);
    else if (error) this.#failOthers(error);
  }

  /** Calls that were known before their inputs were, and never got one. */
  #failOthers(reason: InvokeError): void {
    const { outcomes } = this.#run;
    const taken = new Set(
      shardsOf(this.#record).flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i)),
    );
    for (let index = 0; index < outcomes.taken; index++)
      if (!taken.has(index)) outcomes.settle({ index, status: "rejected", reason });
    outcomes.announce();
  }
}
