// Tell errors apart
//
// A failed call does not stop the others: `settled()` gives every outcome. Errors have classes and a stable `code`; the `cause` of a
// `CallError` is what the function threw.
import { CallError, CallTimeoutError, Executor } from "nodewren";

function work(kind: string): string {
  if (kind === "bad JSON") JSON.parse("{");
  if (kind === "endless") for (;;);
  return kind;
}

await using executor = new Executor({ workers: 2 });
for (const outcome of await executor.map(work, ["fine", "bad JSON", "endless"], { timeoutMs: 1000 }).settled()) {
  if (outcome.status === "fulfilled") console.log("value:", outcome.value);
  else if (outcome.reason instanceof CallTimeoutError) console.log("took too long:", outcome.reason.code);
  else if (outcome.reason instanceof CallError) console.log("threw:", (outcome.reason.cause as Error).name);
  else throw outcome.reason;
}

// Prints:
// value: fine
// threw: SyntaxError
// took too long: CALL_TIMEOUT
