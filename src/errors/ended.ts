import { NodewrenError } from "./base.js";
import { type CallIdentity, type CallOutput, keepOutput, NO_OUTPUT } from "./thrown.js";

/** A call ran for longer than `timeoutMs`; its work was ended. */
export class CallTimeoutError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempts: number;
  readonly timeoutMs: number;
  /** What the call had printed by then. */
  declare readonly output: CallOutput;

  /** @param isOfWorker whether the limit is that of the worker itself instead of the job's option */
  constructor(identity: CallIdentity, timeoutMs: number, isOfWorker = false, output = NO_OUTPUT) {
    const { limit, hint } = timeLimit(isOfWorker);
    super(
      "CALL_TIMEOUT",
      `Call ${identity.index} of job ${identity.jobId} ran for more than ${limit}${timeoutMs} ms and was ended. ${hint}, or give each call less to do.${lastPrinted(output)}`,
    );
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempts = identity.attempts;
    keepOutput(this, output);
    this.timeoutMs = timeoutMs;
  }
}

export function timeLimit(isOfWorker = false): { limit: string; hint: string } {
  if (!isOfWorker) return { limit: "", hint: "Raise timeoutMs" };
  return {
    limit: "the time of a worker, ",
    hint: "Give the workers more (of Lambda: run `npx nodewren deploy` with a higher lambda.timeoutMs)",
  };
}

/**
 * The call did not run, because its input is the result of another call, which failed. `cause` is why that one failed, where
 * it is known.
 */
export class DependencyError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempts: number;
  /** The call whose result the input was to be. */
  readonly input: { readonly jobId: string; readonly index: number };

  constructor(
    identity: CallIdentity,
    input: { jobId: string; index: number },
    why: string,
    options?: { cause: unknown },
  ) {
    super(
      "DEPENDENCY",
      `Call ${identity.index} of job ${identity.jobId} did not run, as its input has no value: it is the result of call ${input.index} of job ${input.jobId}, which failed.\n${why}`,
      options,
    );
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempts = identity.attempts;
    this.input = input;
  }
}

/** The job was cancelled, by `job.cancel()`, its signal, or `executor.close()`. */
export class CancelledError extends NodewrenError {
  readonly jobId: string;

  constructor(jobId: string, why: string, options?: ErrorOptions) {
    super("CANCELLED", `Job ${jobId} was cancelled: ${why}`, options);
    this.jobId = jobId;
  }
}

/** More calls of the job failed than its option `completion` tolerates. `cause` is why the first of them did. */
export class CompletionError extends NodewrenError {
  readonly jobId: string;
  /** Calls that failed, without those that were cancelled because of it. */
  readonly failed: number;
  /** Calls that have a value; the job's futures have them. */
  readonly successful: number;

  constructor(jobId: string, why: string, counts: { failed: number; successful: number }, options: { cause: unknown }) {
    const { cause } = options;
    const first = cause instanceof Error ? `\nFirst: ${cause.name}: ${cause.message}` : "";
    super("COMPLETION", `Job ${jobId} failed: ${why}.${first}`, options);
    this.jobId = jobId;
    this.failed = counts.failed;
    this.successful = counts.successful;
  }
}

/** How a worker ended, as far as it is known. */
export interface WorkerExit {
  exitCode?: number | undefined;
  /** Name of the signal that ended the worker, such as `"SIGKILL"`. */
  signal?: string | undefined;
  /** Time in which nothing was heard of a worker whose end nobody saw, ms. */
  silentMs?: number | undefined;
  /** What was wrong with its channel to the host, when that broke. */
  why?: string | undefined;
  /** Last lines that the worker wrote to stderr, when there were any. */
  stderr?: string | undefined;
}

/** The worker ended while the call ran, at the last of `attempts` tries: a crash, `process.exit`, or a kill from outside. */
export class WorkerLostError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempts: number;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stderr: string | undefined;
  /** What the call had printed by then. */
  declare readonly output: CallOutput;

  constructor(identity: CallIdentity, exit: WorkerExit, output = NO_OUTPUT) {
    super(
      "WORKER_LOST",
      `The worker of call ${identity.index} of job ${identity.jobId} ended (${howItEnded(exit)}) before the call did, at attempt ${identity.attempts}. ${whatToDo(exit)}${lastPrinted(output)}${lastLines(exit)}`,
    );
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempts = identity.attempts;
    this.exitCode = exit.exitCode;
    this.signal = exit.signal;
    this.stderr = exit.stderr;
    keepOutput(this, output);
  }
}

function whatToDo({ signal, exitCode }: WorkerExit): string {
  if (signal === "SIGKILL")
    return "Systems kill processes when memory is short: use fewer workers, or let each call hold less.";
  if (signal) return "Look for a crash of native code that the function uses, or for what ends its process.";
  if (exitCode !== undefined) return "Look for process.exit() in the function and in what it uses.";
  return "Look for what freezes or ends its process; if the machine does, use fewer workers.";
}

/** Lines of what a call printed that a message repeats, and characters of each: two rows of a terminal. */
const LINES_REPEATED = 5;
const LINE_CHARACTERS = 160;

/** The end of what a call printed, for a message. */
export function lastPrinted({ stdout, stderr }: CallOutput): string {
  const lines = [stdout, stderr].flatMap((text) =>
    text === "" ? [] : text.trimEnd().split("\n").slice(-LINES_REPEATED),
  );
  return lines.length === 0 ? "" : `\nIt had printed:\n${quoted(lines)}`;
}

export function lastLines({ stderr }: WorkerExit): string {
  return stderr ? `\nLast lines of its stderr:\n${quoted(stderr.split("\n"))}` : "";
}

function quoted(lines: readonly string[]): string {
  return lines
    .map((line) => `  | ${line.length > LINE_CHARACTERS ? `${line.slice(0, LINE_CHARACTERS)}…` : line}`)
    .join("\n");
}

export function howItEnded({ signal, exitCode, silentMs, why }: WorkerExit): string {
  if (why !== undefined) return why;
  if (silentMs !== undefined) return `nothing was heard of it for ${Math.round(silentMs / 1000)} s`;
  return signal ? `killed by ${signal}` : `exit code ${exitCode ?? "unknown"}`;
}

/** The call needed more memory than its worker may use. */
export class OutOfMemoryError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempts: number;
  /** The limit in MiB: the job's, else the memory of its worker; undefined when Node's own default applied. */
  readonly memoryMb: number | undefined;

  /** What the call had printed by then. */
  declare readonly output: CallOutput;

  /** @param isOfWorker whether the limit is the memory of the worker itself instead of the job's option */
  constructor(identity: CallIdentity, memoryMb: number | undefined, isOfWorker = false, output = NO_OUTPUT) {
    const { limit, hint } = memoryLimit(memoryMb, isOfWorker);
    super(
      "OUT_OF_MEMORY",
      `Call ${identity.index} of job ${identity.jobId} ran out of memory (limit: ${limit}). ${hint}, or give each call less to do.${lastPrinted(output)}`,
    );
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempts = identity.attempts;
    keepOutput(this, output);
    this.memoryMb = memoryMb;
  }
}

export function memoryLimit(memoryMb: number | undefined, isOfWorker: boolean): { limit: string; hint: string } {
  if (isOfWorker)
    return {
      limit: `the worker's memory, ${memoryMb} MiB`,
      hint: "Give the workers more (of Lambda: run `npx nodewren deploy` with a higher lambda.memoryMb)",
    };
  return {
    limit: memoryMb === undefined ? "Node's default heap limit" : `memoryMb: ${memoryMb}`,
    hint: "Raise memoryMb",
  };
}
