/** Tells of jobs that failed and that nobody looked at. */
import type { CallOutcomes } from "../job/outcomes.js";

/** Time after a job's end in which a program may still look, ms: many start several jobs and await them in turn. */
const LOOK_MS = 1000;

interface EndedJob {
  jobId: string;
  outcomes: CallOutcomes<unknown>;
}

export class UnseenFailures {
  readonly #waiting = new Set<EndedJob>();

  /** The job has ended. */
  add(job: EndedJob): void {
    const { outcomes } = job;
    if (outcomes.isSeen || outcomes.decision?.isSuccess || (outcomes.failed === 0 && !outcomes.failure)) return;
    this.#waiting.add(job);
    setTimeout(() => this.#tell(job), LOOK_MS).unref();
  }

  /** Nobody will look any more. */
  tellAll(): void {
    for (const job of this.#waiting) this.#tell(job);
  }

  #tell(job: EndedJob): void {
    const { jobId, outcomes } = job;
    if (!this.#waiting.delete(job) || outcomes.isSeen) return;
    const reason = outcomes.failure ?? outcomes.firstFailure;
    if (!reason || reason.code === "CANCELLED") return;
    const what = outcomes.failure ? "It" : `${outcomes.failed} of its ${outcomes.total} calls`;
    const place = outcomes.startedAt?.place ?? "";
    process.emitWarning(
      `Nobody looks at job ${jobId}${place && ` of ${place}`}, which failed. ${what} failed, first with ${reason.name}: ${reason.message}\nAwait the job, or look at its futures.`,
      "NodewrenWarning",
    );
  }
}
