import { writeSync } from "node:fs";
import type { Printed, StatusLine } from "../../src/wire/messages.js";
import { statusForLog } from "../../src/wire/status-log.js";

/** File descriptor of stderr, whose lines Lambda logs, and of which a caller may ask for the last 4 KB. */
const LOG_FD = 2;

/** A line for the host. */
export function logStatus(status: StatusLine | Printed): void {
  write(statusForLog(status));
}

/** A line for people. */
export function logText(text: string): void {
  write(`${text}\n`);
}

/** In one synchronous write: it is read even when the process dies in the next instant. */
function write(line: string): void {
  try {
    writeSync(LOG_FD, line);
  } catch {
    // The platform takes no more of the log; what follows must happen all the same.
  }
}
