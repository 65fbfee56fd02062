/** What the log tail of an invocation tells: the last 4 KB of it, of Lambda's own lines and the worker's. */
import { isForHost } from "../../wire/status-log.js";

/** Lines that a user needs to see. */
const LINES_SHOWN = 20;

/** Lambda's own lines, in its text format. */
const PLATFORM_LINE =
  /^(START RequestId: |END RequestId: |REPORT RequestId: |XRAY TraceId: |INIT_START |INIT_REPORT |EXTENSION\t|RequestId: \S+ Error: |Runtime\.\w+$|\S+ \S+ Task timed out after )/;

/** The worker's lines. */
export function workerLines(log: string): string {
  const lines = log.split("\n").filter((line) => !PLATFORM_LINE.test(line) && !isForHost(line));
  return lines.join("\n").trim().split("\n").slice(-LINES_SHOWN).join("\n");
}

/** Whether the invocation took all the memory that the function has. */
export function isMemoryFull(log: string): boolean {
  const [, size, used] = /Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB/.exec(log) ?? [];
  return size !== undefined && Number(used) >= Number(size);
}

/** Whether it was the start of the worker that failed, again, when the invocation had begun. */
export function isInitFailure(log: string): boolean {
  return /^INIT_REPORT .*Phase: invoke\s+Status: (error|timeout)/m.test(log);
}
