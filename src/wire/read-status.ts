/** What comes out of a worker process may have been written by the user's function, not by us: these let only ours pass. */
import { isPrinted, isStatus } from "./message-checks.js";
import type { Beat, Printed, StatusLine } from "./messages.js";

/** The line of a worker's status pipe or log, if it is one. */
export function readStatusLine(line: string): StatusLine | undefined {
  const status: unknown = objectIn(line);
  return isStatus(status) ? status : undefined;
}

/** The beat in a line of a local worker's status pipe, if it is one. */
export function readBeat(line: string): Beat | undefined {
  const { type, taken } = objectIn(line);
  return type === "beat" && typeof taken === "number" ? { type, taken } : undefined;
}

/** What was printed, in a line of a status pipe or log, if it is one that tells it. */
export function readPrinted(line: string): Printed | undefined {
  const printed: unknown = objectIn(line);
  return isPrinted(printed) ? printed : undefined;
}

function objectIn(line: string): Record<string, unknown> {
  try {
    return (JSON.parse(line) as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
