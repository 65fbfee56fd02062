/** The head of the page: which job, how far it is, and its numbers. */
import type { ReportData } from "../src/view/report-data.js";
import { numberText } from "../src/view/svg/ticks.js";
import { element } from "./dom.js";

export class Overview {
  readonly root = element("header");
  readonly #status = element("p", { class: "soft", role: "status", id: "status" });
  readonly #progress = element("progress", { "aria-label": "calls done" });
  readonly #facts = element("dl", { class: "facts" });
  readonly #notes = element("div", { class: "soft small" });

  /** @param isLive whether it follows the job, so that what runs is known to run */
  constructor(
    data: ReportData,
    readonly isLive: boolean,
  ) {
    const name = data.functionName || "(a function without a name)";
    const mapped = new Date(data.submittedAt).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
    this.root.append(
      element("h1", {}, name),
      element("div", { class: "soft" }, `job ${data.jobId}, mapped ${mapped}`),
      this.#status,
      this.#progress,
      element("section", { class: "card" }, this.#facts, this.#notes),
    );
    this.update(data);
  }

  update(data: ReportData): void {
    this.#status.textContent = statusOf(data, this.isLive);
    this.#progress.max = Math.max(1, data.total);
    this.#progress.value = data.done;
    this.#progress.hidden = data.isOver;
    this.#facts.replaceChildren(
      ...data.facts.map(({ label, value, hint }) =>
        element("div", { title: hint }, element("dt", {}, label), element("dd", {}, value)),
      ),
    );
    this.#notes.replaceChildren(...data.notes.map((note) => element("p", {}, `${note}.`)));
  }

  /** Why nothing more comes though the job may run on. */
  lose(why: string): void {
    this.#status.textContent = `${this.#status.textContent} ${why}`;
  }
}

function statusOf({ total, done, failed, isOver, isLeft, jobId }: ReportData, isLive: boolean): string {
  const failures = failed > 0 ? `, ${numberText(failed)} failed` : "";
  if (isOver) return `Ended: ${numberText(done)} of ${numberText(total)} calls${failures}.`;
  const left = isLeft
    ? ` No host has given a sign for a minute: nodewren jobs resume ${jobId.slice(0, 8)} goes on with it.`
    : "";
  return `${isLive && !isLeft ? "Running" : "So far"}: ${numberText(done)} of ${numberText(total)} calls done${failures}.${left}`;
}
