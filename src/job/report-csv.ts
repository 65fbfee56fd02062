/** A report's calls as comma-separated values (RFC 4180). */
import type { CallTimes } from "./shard-times.js";

const COLUMNS: readonly (keyof CallTimes)[] = [
  "index",
  "shard",
  "worker",
  "ok",
  "attempts",
  "startedAt",
  "endedAt",
  "queueMs",
  "startMs",
  "fetchMs",
  "setupMs",
  "runMs",
  "cpuMs",
  "writeMs",
  "noticeMs",
];

/** What is finer than a microsecond is noise. */
const DECIMALS = 3;

export function toCsv(calls: readonly CallTimes[]): string {
  const rows = calls.map((call) => COLUMNS.map((column) => cellOf(call[column])).join(","));
  return `${[COLUMNS.join(","), ...rows].join("\r\n")}\r\n`;
}

function cellOf(value: string | number | boolean | undefined): string {
  if (typeof value === "number") return String(Number(value.toFixed(DECIMALS)));
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
