/** How an invocation ended, and how Lambda words what a runtime cannot say itself. */

export interface Outcome {
  /** JSON: what the handler returned, or a description of the error. */
  payload: string | Uint8Array;
  /** Set when it failed: the value of FunctionError. */
  functionError?: "Unhandled";
  status: "success" | "error" | "timeout";
  errorType?: string;
}

/** How a process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** As Go, in which Lambda's supervisor is written, names them. */
const SIGNAL_NAMES: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
  SIGBUS: "bus error",
  SIGILL: "illegal instruction",
  SIGTRAP: "trace/breakpoint trap",
};

export function failure(errorType: string, errorMessage: string, status: Outcome["status"] = "error"): Outcome {
  return { payload: JSON.stringify({ errorType, errorMessage }), functionError: "Unhandled", status, errorType };
}

/** An error that the runtime has reported, as JSON. */
export function reported(body: string | Uint8Array): Outcome {
  const { errorType = "Unknown" } = JSON.parse(body.toString());
  return { payload: body, functionError: "Unhandled", status: "error", errorType };
}

export function timedOut(requestId: string, timeoutS: number): Outcome {
  const text = `RequestId: ${requestId} Error: Task timed out after ${timeoutS.toFixed(2)} seconds`;
  return failure("Sandbox.Timedout", text, "timeout");
}

export function ended(requestId: string, end: ProcessEnd): Outcome {
  return failure("Runtime.ExitError", `RequestId: ${requestId} Error: ${endText(end)}`);
}

/** Lambda's newer wording: until 2024 the type was Runtime.ExitError here, too. */
export function outOfMemory(requestId: string): Outcome {
  const end = endText({ code: null, signal: "SIGKILL" });
  return failure("Runtime.OutOfMemory", `RequestId: ${requestId} Error: ${end}`);
}

export function responseTooLarge(limitBytes: number): Outcome {
  const text = `Response payload size exceeded maximum allowed payload size (${limitBytes} bytes).`;
  return failure("Function.ResponseSizeTooLarge", text);
}

function endText({ code, signal }: ProcessEnd): string {
  if (signal) return `Runtime exited with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`;
  return code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`;
}
