import { UNFIT_CODE, type WorkerFailure } from "../wire/messages.js";

/** Either the process is not fit for more, or the error was none of ours: an error with a code was foreseen, by us or by Node; one without may come of globals that a call has replaced. */
export function failureOf(error: unknown): WorkerFailure {
  const { code, message, isTransient } = error as { code?: unknown; message?: unknown; isTransient?: unknown };
  return {
    code: String(code ?? ""),
    message: String(message ?? error),
    retire: typeof code !== "string" || code === UNFIT_CODE,
    ...(code === "STORE" && isTransient !== false && { isTransient: true }),
  };
}
