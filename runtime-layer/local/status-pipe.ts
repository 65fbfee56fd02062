import { writeSync } from "node:fs";
import type { Beat, Printed, StatusLine } from "../../src/wire/messages.js";

/** File descriptor of the status pipe, the fifth of a local worker's standard streams. */
export const STATUS_FD = 4;

/** Tells the host, synchronously: what is written here is read even when the process dies in the next instant. */
export function reportStatus(line: StatusLine | Beat | Printed): void {
  try {
    writeSync(STATUS_FD, `${JSON.stringify(line)}\n`);
  } catch {
    // The host is gone, and nobody is left to be told.
  }
}
