import { writeSync } from "node:fs";
import type { StatusLine } from "../src/wire/messages.js";
import { statusForLog } from "../src/wire/status-log.js";

/** File descriptor of stderr, whose lines Lambda logs, and of which a caller may ask for the last 4 KB. */
const LOG_FD = 2;

/** In one synchronous write: it is read even when the process dies in the next instant. */
export function logStatus(status: StatusLine): void {
  try {
    writeSync(LOG_FD, statusForLog(status));
  } catch {
    // The platform takes no more of the log; what follows must happen all the same.
  }
}
