import type { WorkerFailure } from "../src/wire/messages.js";

/** An error with a code was foreseen, by us or by Node; one without may come of globals that a call has replaced. */
export function failureOf(error: unknown): WorkerFailure {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { code: String(code ?? ""), message: String(message ?? error), retire: typeof code !== "string" };
}
