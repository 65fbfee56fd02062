/** A job and a future in a few lines of HTML. */
import { inspect } from "node:util";
import type { NodewrenError } from "../errors.js";
import type { Progress } from "../options.js";
import { escapeHtml, preHtml, redHtml } from "../util/html.js";
import { progressHtml } from "../view/notebook/progress-html.js";

interface ShownJob extends Progress {
  id: string;
  /** How many of the failed calls were cancelled. */
  cancelled: number;
  /** Why the first call, or the job as a whole, failed. */
  failure: NodewrenError | undefined;
}

interface ShownFuture {
  index: number;
  status: "pending" | "fulfilled" | "rejected";
  /** Undefined where the host does not hold it. */
  value: unknown;
  reason: NodewrenError | undefined;
}

/** Of large values, the beginning is enough to know them by. */
const VALUE_SHOWN = { depth: 2, maxArrayLength: 20, maxStringLength: 500, breakLength: 100 };

export function jobHtml({ id, failure, ...progress }: ShownJob): string {
  const why = failure ? `<div>first failure: ${failureHtml(failure)}</div>` : "";
  return `<div><b>Job</b> <code>${escapeHtml(id)}</code></div>${progressHtml({ ...progress, name: "" })}${why}`;
}

export function futureHtml({ index, status, value, reason }: ShownFuture): string {
  const title = `<div><b>Future</b> of call ${index}: ${status}</div>`;
  if (reason) return `${title}<div>${failureHtml(reason)}</div>`;
  return value === undefined ? title : `${title}${preHtml(inspect(value, VALUE_SHOWN))}`;
}

function failureHtml({ name, message }: NodewrenError): string {
  return `${redHtml(name)}: ${escapeHtml(message)}`;
}
