/** The failed calls, by what failed and where. */
import type { FailureKind, ReportData } from "../src/view/report-data.js";
import { numberText } from "../src/view/svg/ticks.js";
import { button, element } from "./dom.js";

export class Failures {
  readonly root = element("section", { class: "card", id: "failures" });
  readonly #mark: (call: number) => void;
  #shown = "";

  /** @param mark shows a call in the timeline */
  constructor(data: ReportData, mark: (call: number) => void) {
    this.#mark = mark;
    this.update(data);
  }

  /** What is open stays so while nothing has changed. */
  update({ failures, failed }: ReportData): void {
    const next = JSON.stringify(failures);
    if (next === this.#shown) return;
    this.#shown = next;
    this.root.hidden = failed === 0;
    const told = failures.reduce((sum, { count }) => sum + count, 0);
    const rest = failed - told;
    this.root.replaceChildren(
      element("h2", {}, `Failures: ${numberText(failed)} ${failed === 1 ? "call" : "calls"}`),
      ...failures.map((kind, i) => this.#kind(kind, i === 0)),
      ...(rest > 0
        ? [element("p", { class: "soft small" }, `${numberText(rest)} more, of other kinds or not kept.`)]
        : []),
    );
  }

  #kind({ code, name, message, stack, count, calls }: FailureKind, isOpen: boolean): HTMLElement {
    const links = calls.flatMap((call) => [button(String(call), () => this.#mark(call)), " "]);
    const more = count > calls.length ? `and ${numberText(count - calls.length)} more` : "";
    const details = element(
      "details",
      {},
      element(
        "summary",
        {},
        element("span", { class: "bad" }, `${numberText(count)} × ${name}`),
        ` (${code}): ${firstLine(message)}`,
      ),
      ...(message.includes("\n") ? [element("pre", {}, message)] : []),
      ...(stack === "" ? [] : [element("pre", {}, stack.replace(/^ {4}/gm, ""))]),
      element("div", { class: "soft small" }, `${calls.length === 1 ? "call" : "calls"} `, ...links, more),
    );
    details.open = isOpen;
    return details;
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] as string;
}
