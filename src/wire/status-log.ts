/** Where a platform carries no status pipe, a worker leaves its last words in its log, and the host finds them there. */
import { LastPrinted } from "./last-printed.js";
import type { LastOutput, Printed, StatusLine } from "./messages.js";
import { readPrinted, readStatusLine } from "./read-status.js";

/** Before the JSON of a status line, to tell it from whatever else is in a log. */
const MARK = "nodewren-status ";

/** The status, or what was printed, as a line of the log, with its line break. */
export function statusForLog(status: StatusLine | Printed): string {
  return `${MARK}${JSON.stringify(status)}\n`;
}

/** The last status line in the log, or in any piece of it; undefined when there is none. */
export function readStatusFromLog(log: string): StatusLine | undefined {
  for (const line of log.split("\n").reverse()) {
    const status = readStatusLine(afterMark(line));
    if (status) return status;
  }
  return undefined;
}

/** What was printed last in the attempt, as far as the log tells. */
export function readPrintedFromLog(log: string, attemptId: string): LastOutput | undefined {
  const last = new LastPrinted();
  for (const line of log.split("\n")) {
    const printed = readPrinted(afterMark(line));
    if (printed) last.add(printed);
  }
  return last.of(attemptId);
}

/** Whether a line of the log is one that is meant for the host. */
export function isForHost(line: string): boolean {
  const text = afterMark(line);
  return readStatusLine(text) !== undefined || readPrinted(text) !== undefined;
}

/** Empty for a line without the mark. */
function afterMark(line: string): string {
  const at = line.indexOf(MARK);
  return at < 0 ? "" : line.slice(at + MARK.length);
}
