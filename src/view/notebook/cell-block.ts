/** A cell's display of how far its jobs are: those that run, and the last ones that have ended. */
import type { CellDisplay } from "../../util/notebook.js";
import type { BarState } from "../bar-line.js";
import type { Shown } from "../job-bars.js";
import { type ProgressState, progressHtml } from "./progress-html.js";

/** Of more jobs, the others are told as one, those that have ended first. */
const MAX_ROWS = 10;

export class CellBlock {
  readonly #display: CellDisplay;
  readonly #running = new Set<Shown>();
  /** As they were at their end. */
  #ended: BarState[] = [];
  /** Of those that have ended and have no row any more. */
  readonly #before = { jobs: 0, total: 0, done: 0, failed: 0, cancelled: 0 };
  #html = "";

  constructor(display: CellDisplay) {
    this.#display = display;
  }

  add(shown: Shown): void {
    this.#running.add(shown);
    this.show();
  }

  /** When none is left, what is shown is right at once: nobody may look at it again before the notebook is saved. */
  end(shown: Shown): void {
    this.#running.delete(shown);
    this.#ended.push(shown());
    this.#forgetEarly();
    if (this.#running.size === 0) this.show();
  }

  /** Writes nothing where nothing has changed. */
  show(): void {
    const html = this.#rows().map(progressHtml).join("");
    if (html === this.#html) return;
    this.#html = html;
    try {
      this.#display.html(html);
    } catch {
      // The kernel is ending: nobody is there to see it.
    }
  }

  /** Those that run come last, and before all others where there is no room for all. */
  #rows(): ProgressState[] {
    const running = [...this.#running].map((shown) => shown());
    const rows = [...this.#ended, ...running.slice(0, MAX_ROWS)].slice(-MAX_ROWS);
    const early = this.#ended.slice(0, Math.max(0, this.#ended.length + running.length - MAX_ROWS));
    const rest = sumOf([this.#before, ...[...early, ...running.slice(MAX_ROWS)].map(asOne)]);
    if (rest.jobs > 0) return [{ ...rest, name: `${rest.jobs} other ${rest.jobs === 1 ? "job" : "jobs"}` }, ...rows];
    return rows.map((state) => (rows.length > 1 ? state : { ...state, name: "" }));
  }

  /** So that a loop of very many jobs holds no more than is shown. */
  #forgetEarly(): void {
    for (const state of this.#ended.splice(0, this.#ended.length - MAX_ROWS)) add(this.#before, asOne(state));
  }
}

type Counts = Record<"jobs" | "total" | "done" | "failed" | "cancelled", number>;

function asOne(state: BarState): Counts {
  return { ...state, jobs: 1 };
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = { jobs: 0, total: 0, done: 0, failed: 0, cancelled: 0 };
  for (const one of all) add(sum, one);
  return sum;
}

function add(sum: Counts, one: Counts): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += one[name];
}
