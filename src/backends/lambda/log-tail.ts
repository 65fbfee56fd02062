/** What the log tail of an invocation tells: the last 4 KB of it, of Lambda's own lines and the worker's. */
import type { Billed } from "../../wire/billed.js";
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

/** What Lambda says that it bills, in either format of its log; undefined when the tail does not tell. */
export function billedOf(log: string): Billed | undefined {
  const [, ms, memoryMb] =
    /Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB/.exec(log) ??
    /"billedDurationMs":\s*(\d+)[^}]*"memorySizeMB":\s*(\d+)/.exec(log) ??
    [];
  return ms === undefined ? undefined : { ms: Number(ms), memoryMb: Number(memoryMb) };
}

/** Whether it was the start of the worker that failed, again, when the invocation had begun. */
export function isInitFailure(log: string): boolean {
  return /^INIT_REPORT .*Phase: invoke\s+Status: (error|timeout)/m.test(log);
}
