/** How a call ended, as data and as text. */
import { inspect } from "node:util";
import type { Outcome } from "../job/outcomes.js";

export function outcomeData(outcome: Outcome<unknown>) {
  const { index, status } = outcome;
  if (outcome.status === "fulfilled") return { index, status, value: plain(outcome.value) };
  const { name, code, message } = outcome.reason;
  return { index, status, reason: { name, code, message } };
}

/** As JSON, or as text where it has none. */
function plain(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value ?? null));
  } catch {
    return inspect(value);
  }
}

/** Its index, its status, and its value or error. */
export function outcomeRow(outcome: Outcome<unknown>): string[] {
  const what = outcome.status === "fulfilled" ? inspect(outcome.value) : String(outcome.reason);
  return [String(outcome.index), outcome.status, what.replaceAll("\n", "\n  ")];
}
