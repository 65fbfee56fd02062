/** What comes out of a worker process may have been written by the user's function, not by us: these let only ours pass. */
import type { FromWorker, StatusLine } from "./messages.js";

/** The message, if it is one of a worker's. */
export function readFromWorker(message: unknown): FromWorker | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, attemptId } = message as Partial<Extract<FromWorker, { type: "done" }>>;
  const isOurs = (type as string) === "ready" || (isShardMessage(type) && typeof attemptId === "string");
  return isOurs ? (message as FromWorker) : undefined;
}

function isShardMessage(type: unknown): boolean {
  return type === "done" || type === "failed";
}

const STATUS_TYPES = new Set<unknown>(["running", "timeout", "memory", "stuck", "exit", "deadline", "retired"]);

/** The line of a worker's status pipe, if it is one. */
export function readStatusLine(line: string): StatusLine | undefined {
  try {
    const status = JSON.parse(line) as StatusLine | null;
    return STATUS_TYPES.has(status?.type) ? (status as StatusLine) : undefined;
  } catch {
    return undefined;
  }
}
