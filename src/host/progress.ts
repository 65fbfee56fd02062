/** Shows how far a job is: a bar on a terminal or in a notebook's cell, or the user's own function. */
import type { Progress, ProgressOption } from "../options.js";
import { textOf } from "../util/describe-value.js";
import { isNotebook, notebook } from "../util/notebook.js";
import { once } from "../util/once.js";
import { monotonicMs } from "../util/time.js";
import type { JobBars } from "../view/job-bars.js";
import type { JobRun } from "./job-run.js";
import { endTrace } from "./open-trace.js";

/** A job that is over sooner shows no bar, ms. */
const BAR_DELAY_MS = 400;

export interface ProgressView {
  /** @param cancelled how many of the failed calls were cancelled */
  update(progress: Progress, cancelled?: number): void;
  /** Ends the view, if it has not ended; nothing of it is written afterwards. */
  stop(): void;
}

/** @param name tells the job's name, for where bars of several are shown */
export function showProgress(option: ProgressOption, name: () => string): ProgressView {
  if (typeof option === "function") return { update: (progress) => tell(option, progress), stop: () => {} };
  return option && isSeen() ? new BarView(name) : { update: () => {}, stop: () => {} };
}

/** Whether there are cells, or stderr is a terminal that can do what a bar takes, and somebody looks at that. */
function isSeen(): boolean {
  const { CI = "", TERM } = process.env;
  const isCi = !["", "0", "false"].includes(CI.toLowerCase());
  return !isCi && (isNotebook() || (process.stderr.isTTY && TERM !== "dumb"));
}

/**
 * What is done each time a shard has settled: the view shows it, and a job that its policy has decided on is ended. At the end of
 * the job, the view and the trace have ended before anybody who waits for that goes on.
 */
export function progressOf(
  run: Pick<JobRun, "outcomes" | "trace">,
  view: ProgressView,
  cancel: (why: string) => void,
): () => void {
  return () => {
    const { outcomes } = run;
    const { done, failed, taken, decision, failureCodes } = outcomes;
    view.update({ total: taken, done, failed }, failureCodes.get("CANCELLED"));
    // Some results are held back for a moment; there is nothing to be seen of that.
    if (outcomes.isSettled) {
      view.stop();
      endTrace(run);
    }
    if (decision && !outcomes.isSettled) cancel(decision.why);
  };
}

/** What the user's function throws must not change what becomes of the calls. */
function tell(listener: (progress: Progress) => void, progress: Progress): void {
  try {
    listener(progress);
  } catch (error) {
    process.emitWarning(`The progress function threw ${textOf(error)}`, "NodewrenWarning");
  }
}

/** Those of all jobs, loaded when the first bar is shown. A kernel may have inherited a terminal; nobody looks at that. */
const theBars = once(async (): Promise<JobBars> => {
  const ours = notebook();
  if (ours) return new (await import("../view/notebook/cell-bars.js")).CellBars(ours);
  return new (await import("../view/bars.js")).Bars();
});

class BarView implements ProgressView {
  readonly #startedAt = monotonicMs();
  readonly #name: () => string;
  #latest = { total: 0, done: 0, failed: 0, cancelled: 0 };
  #bars: JobBars | undefined;
  #isStopped = false;
  readonly #timer: NodeJS.Timeout;

  constructor(name: () => string) {
    this.#name = name;
    this.#timer = setTimeout(() => void this.#start(), BAR_DELAY_MS);
    this.#timer.unref();
  }

  update(progress: Progress, cancelled = 0): void {
    this.#latest = { ...progress, cancelled };
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#bars?.end(this.#state);
  }

  readonly #state = () => ({ ...this.#latest, name: this.#name(), elapsedMs: monotonicMs() - this.#startedAt });

  async #start(): Promise<void> {
    const bars = await theBars();
    if (this.#isStopped) return;
    this.#bars = bars;
    bars.add(this.#state);
  }
}
