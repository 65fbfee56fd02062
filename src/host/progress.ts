/** Shows how far a job is: a bar on a terminal, or the user's own function. */
import type { SingleBar } from "cli-progress";
import type { Progress, ProgressOption } from "../options.js";
import { textOf } from "../util/describe-value.js";
import type { JobRun } from "./job-run.js";

/** A job that is over sooner shows no bar, ms. */
const BAR_DELAY_MS = 400;

const BAR_FORMAT =
  "{bar} {percentage}% | {value}/{total} calls | {failed} failed | {duration_formatted}, {eta_formatted} left";

export interface ProgressView {
  update(progress: Progress): void;
  /** Ends the view; nothing of it is written afterwards. */
  stop(): void;
}

export function showProgress(option: ProgressOption): ProgressView {
  if (typeof option === "function") return { update: (progress) => tell(option, progress), stop: () => {} };
  return option && process.stderr.isTTY ? new BarView() : { update: () => {}, stop: () => {} };
}

/** What is done each time a shard has settled: the view shows it, and a job that its policy has decided on is ended. */
export function progressOf(
  { outcomes }: Pick<JobRun, "outcomes">,
  view: ProgressView,
  cancel: (why: string) => void,
): () => void {
  return () => {
    const { done, failed, taken, decision } = outcomes;
    view.update({ total: taken, done, failed });
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

class BarView implements ProgressView {
  #latest: Progress | undefined;
  #bar: SingleBar | undefined;
  #isStopped = false;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setTimeout(() => void this.#start(), BAR_DELAY_MS);
    this.#timer.unref();
  }

  update(progress: Progress): void {
    this.#latest = progress;
    this.#bar?.setTotal(progress.total);
    this.#bar?.update(progress.done, { failed: progress.failed });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#bar?.stop();
  }

  async #start(): Promise<void> {
    const { SingleBar, Presets } = await import("cli-progress");
    if (this.#isStopped) return;
    this.#bar = new SingleBar({ format: BAR_FORMAT, stream: process.stderr, etaBuffer: 100 }, Presets.shades_classic);
    const { total, done, failed } = this.#latest ?? { total: 0, done: 0, failed: 0 };
    this.#bar.start(total, done, { failed });
  }
}
