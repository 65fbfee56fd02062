/** Lambda's own lines in a function's log. */
import { LOG_TAIL_BYTES, MB } from "./limits.js";

export interface Report {
  requestId: string;
  durationMs: number;
  /** Only for the first invocation of an environment. */
  initMs: number | undefined;
  memoryMb: number;
  usedBytes: number;
  status: "success" | "error" | "timeout";
  errorType: string | undefined;
}

export function startLine(requestId: string): string {
  return `START RequestId: ${requestId} Version: $LATEST\n`;
}

export function endLines(report: Report): string {
  const used = Math.min(report.memoryMb, Math.ceil(report.usedBytes / MB));
  const parts = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(report.durationMs + (report.initMs ?? 0))} ms`,
    `Memory Size: ${report.memoryMb} MB`,
    `Max Memory Used: ${used} MB`,
  ];
  if (report.initMs !== undefined) parts.push(`Init Duration: ${report.initMs.toFixed(2)} ms`);
  if (report.status !== "success") parts.push(`Status: ${report.status}`);
  if (report.errorType !== undefined && report.status === "error") parts.push(`Error Type: ${report.errorType}`);
  return `END RequestId: ${report.requestId}\n${parts.join("\t")}\t\n`;
}

export function tailOf(log: string): string {
  return Buffer.from(log).subarray(-LOG_TAIL_BYTES).toString("base64");
}
