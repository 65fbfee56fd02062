/** Makes out what a FunctionError means: that a worker died, and how, or that it could not run the shard. */
import type { constants } from "node:os";
import type { ShardRequest } from "../../wire/messages.js";
import { readPrintedFromLog, readStatusFromLog } from "../../wire/status-log.js";
import { type Death, WorkerDeath, WorkerRefusal } from "../backend.js";
import { deathOf } from "../death.js";
import type { LambdaTarget } from "./client.js";
import { isInitFailure, isMemoryFull, workerLines } from "./log-tail.js";
import { nameOf } from "./sdk-errors.js";

interface FunctionError {
  errorType: string;
  errorMessage: string;
}

/** The worker's code could not be loaded. */
const INIT_ERRORS =
  /^Runtime\.(ImportModuleError|HandlerNotFound|MalformedHandlerName|UserCodeSyntaxError|UserCodeLoadError|InitError|InvalidEntrypoint|InvalidWorkingDir|InvalidTaskConfig|NoSuchFile|Unknown.*Init.*)$/;

/** As Go, in which Lambda's supervisor is written, names signals. */
const SIGNALS: Record<string, keyof typeof constants.signals> = {
  killed: "SIGKILL",
  aborted: "SIGABRT",
  "segmentation fault": "SIGSEGV",
  terminated: "SIGTERM",
  "illegal instruction": "SIGILL",
  "bus error": "SIGBUS",
  "floating point exception": "SIGFPE",
  "trace/breakpoint trap": "SIGTRAP",
  interrupt: "SIGINT",
  hangup: "SIGHUP",
};

/** @param log the log tail; empty when there is none */
export function failureOf(
  payload: Uint8Array,
  log: string,
  request: Pick<ShardRequest, "shard" | "attemptId">,
  target: LambdaTarget,
): WorkerDeath | WorkerRefusal {
  const error = readError(payload);
  if (INIT_ERRORS.test(error.errorType) || isInitFailure(log)) return initRefusal(error, log, target);
  const death = deathIn(error, log, request);
  if (death) return new WorkerDeath(death);
  const message = `The worker of function ${nameOf(target)} failed: ${shown(error)}${tailOf(log)}`;
  // Its environment is gone; another one may do, but the result may have been stored before.
  return new WorkerRefusal("invoke", message, { transient: true, mayHaveRun: true });
}

function initRefusal(error: FunctionError, log: string, target: LambdaTarget): WorkerRefusal {
  const message = `Function ${nameOf(target)} does not start: ${shown(error)}. Run \`npx nodewren deploy\`.${tailOf(log)}`;
  return new WorkerRefusal("invoke", message, { transient: false });
}

/** What the worker itself said last is surer than what Lambda says; undefined when it did not end. */
function deathIn(
  error: FunctionError,
  log: string,
  { shard, attemptId }: Pick<ShardRequest, "shard" | "attemptId">,
): Death | undefined {
  const end = endOf(error);
  if (!end) return undefined;
  const printed = readPrintedFromLog(log, attemptId);
  const death = deathOf(end, { status: readStatusFromLog(log), printed, stderr: workerLines(log) }, shard);
  if (death.kind !== "exit" && death.kind !== "signal") return death;
  const { exitCode: _, signal: __, ...rest } = death;
  if (end.isTimeout) return { ...rest, kind: "timeout", certain: false };
  if (isOutOfMemory(error, end.signal, log)) return { ...rest, kind: "memory", certain: false };
  return death;
}

interface End {
  code: number | null;
  signal: string | null;
  isTimeout: boolean;
}

function endOf({ errorType, errorMessage }: FunctionError): End | undefined {
  const isTimeout = errorType === "Sandbox.Timedout" || /Task timed out after/.test(errorMessage);
  const [, code] = /exit status (\d+)/.exec(errorMessage) ?? [];
  const [, signal] = /signal: ([a-z/ ]+)/.exec(errorMessage) ?? [];
  const hasEnded = /^Runtime\.(ExitError|OutOfMemory|UnhandledPromiseRejection)$/.test(errorType);
  if (!isTimeout && !hasEnded && code === undefined && signal === undefined) return undefined;
  return { code: code === undefined ? null : Number(code), signal: signalName(signal), isTimeout };
}

function signalName(text: string | undefined): string | null {
  if (text === undefined) return null;
  return SIGNALS[text.trim()] ?? text.trim();
}

function isOutOfMemory({ errorType }: FunctionError, signal: string | null, log: string): boolean {
  return errorType === "Runtime.OutOfMemory" || (signal === "SIGKILL" && isMemoryFull(log));
}

function readError(payload: Uint8Array): FunctionError {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString();
  try {
    const { errorType, errorMessage } = (JSON.parse(text) ?? {}) as Partial<FunctionError>;
    return { errorType: String(errorType ?? ""), errorMessage: String(errorMessage ?? "") };
  } catch {
    return { errorType: "", errorMessage: text };
  }
}

function shown({ errorType, errorMessage }: FunctionError): string {
  return [errorType, errorMessage].filter((text) => text !== "").join(": ") || "it gave no reason";
}

function tailOf(log: string): string {
  const lines = workerLines(log);
  return lines === "" ? "" : `\nLast lines of its log:\n${lines.replace(/^/gm, "  | ")}`;
}
