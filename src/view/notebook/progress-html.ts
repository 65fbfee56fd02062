/** One job's progress as HTML: the element that browsers draw for it, and the words of the bar on a terminal. */
import { escapeHtml, redHtml } from "../../util/html.js";
import { type BarState, countsOf, failedOf, shareOf, timesOf } from "../bar-line.js";

/** Where `elapsedMs` is missing, no times are told. */
export type ProgressState = Omit<BarState, "elapsedMs"> & Partial<Pick<BarState, "elapsedMs">>;

export function progressHtml(state: ProgressState): string {
  const { name, elapsedMs } = state;
  const bar = `<progress max="1" value="${shareOf(state).toFixed(3)}"></progress>`;
  const title = name === "" ? "" : ` <code>${escapeHtml(name)}</code>`;
  const counts = countsOf(state);
  const words = failedOf(state) > 0 ? counts.replace(/\d+ failed/, redHtml) : counts;
  const times = elapsedMs === undefined ? "" : ` | ${timesOf({ ...state, elapsedMs })}`;
  return `<div>${bar}${title} ${words}${times}</div>`;
}
