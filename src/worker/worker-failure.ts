import { textOf } from "../util/describe-value.js";
import { UNFIT_CODE, type WorkerFailure } from "../wire/messages.js";

const BROKEN =
  "The worker itself failed; the function may have spoiled its process, such as by replacing a built-in function for good";

/** Either the process is not fit for more, or the error was none of ours: an error with a code was foreseen, by us or by Node; one without may come of what a call has done to its process. */
export function failureOf(error: unknown): WorkerFailure {
  const { code, message, isTransient } = error as { code?: unknown; message?: unknown; isTransient?: unknown };
  const isForeseen = typeof code === "string";
  return {
    code: isForeseen ? code : "",
    message: isForeseen ? String(message ?? error) : `${BROKEN}: ${textOf(error)}`,
    retire: !isForeseen || code === UNFIT_CODE,
    ...(code === "STORE" && isTransient !== false && { isTransient: true }),
  };
}
