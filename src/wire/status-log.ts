/** Where a platform carries no status pipe, a worker leaves its last words in its log, and the host finds them there. */
import type { StatusLine } from "./messages.js";
import { readStatusLine } from "./read-messages.js";

/** Before the JSON of a status line, to tell it from whatever else is in a log. */
const MARK = "nodewren-status ";

/** The status as a line of the log, with its line break. */
export function statusForLog(status: StatusLine): string {
  return `${MARK}${JSON.stringify(status)}\n`;
}

/** The last status line in the log, or in any piece of it; undefined when there is none. */
export function readStatusFromLog(log: string): StatusLine | undefined {
  for (const line of log.split("\n").reverse()) {
    const at = line.indexOf(MARK);
    const status = at < 0 ? undefined : readStatusLine(line.slice(at + MARK.length));
    if (status) return status;
  }
  return undefined;
}
