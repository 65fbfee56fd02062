/**
 * Every error that nodewren throws. The base class carries a stable `code`; ids and numbers are fields, so that a
 * program can act on them without parsing text. Messages say what failed, with which ids, then the cure.
 */

/** Codes are stable across releases; messages are not. */
export type ErrorCode =
  | "OPTION"
  | "CAPTURE"
  | "CODEC"
  | "CALL"
  | "CALL_TIMEOUT"
  | "CANCELLED"
  | "WORKER_LOST"
  | "OUT_OF_MEMORY"
  | "INVOKE"
  | "STORE"
  | "VERSION"
  | "DEPLOY";

/** Base of every error class here. */
export class NodewrenError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    // Assigning would fail where the program has frozen `Error.prototype`.
    const name = { __proto__: null, value: new.target.name, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(this, "name", name);
    this.code = code;
  }
}

/** An option, the function or the inputs are not of a form that can be used. Thrown before anything is uploaded. */
export class OptionError extends NodewrenError {
  /** Name of the option or argument, such as `"timeoutMs"`. */
  readonly option: string;

  constructor(option: string, message: string, options?: ErrorOptions) {
    super("OPTION", message, options);
    this.option = option;
  }
}

/** Where a function was written, as far as it is known. Lines and columns start at 1. */
export interface SourcePosition {
  url: string;
  line: number;
  column: number;
}

export interface CaptureErrorFields {
  /** Way from the shipped function to the value, such as `ctx.deep.out`. */
  path: string;
  /** What stands there and why it cannot travel. */
  reason: string;
  /** What to do about it. */
  cure: string;
  /** Position of the function that was to be shipped. */
  position?: SourcePosition | undefined;
  /** First lines of the function that was to be shipped. */
  excerpt?: string | undefined;
}

/** The function closes over something that cannot travel. Thrown before anything is uploaded. */
export class CaptureError extends NodewrenError {
  readonly path: string;
  readonly reason: string;
  readonly cure: string;
  readonly position: SourcePosition | undefined;
  readonly excerpt: string | undefined;

  constructor(fields: CaptureErrorFields, options?: ErrorOptions) {
    super("CAPTURE", captureMessage(fields), options);
    this.path = fields.path;
    this.reason = fields.reason;
    this.cure = fields.cure;
    this.position = fields.position;
    this.excerpt = fields.excerpt;
  }
}

function captureMessage({ path, reason, cure, position, excerpt }: CaptureErrorFields): string {
  const where = position ? `\n  at ${position.url}:${position.line}:${position.column}` : "";
  const code = excerpt ? `\n${excerpt.replace(/^/gm, "  | ")}` : "";
  return `Cannot capture ${path}: ${reason}. ${cure}${where}${code}`;
}

/** A value (input or result) cannot be encoded, or bytes cannot be decoded. */
export class CodecError extends NodewrenError {
  /** Way from the root to the value, such as `inputs[3].socket`. Empty when bytes could not be decoded. */
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super("CODEC", message, options);
    this.path = path;
  }
}

/** Which call of which job failed. */
export interface CallIdentity {
  jobId: string;
  /** Index of the call in its job, from 0. */
  index: number;
  /** Attempt at the call's shard, from 1. */
  attempt: number;
}

/** What the user's function wrote while the call ran. Each stream is cut at 64 KiB, with a note at its end. */
export interface CallOutput {
  stdout: string;
  stderr: string;
}

/** The user's function threw. `cause` is what it threw, decoded; `className` is the thrown error's own class name. */
export class CallError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempt: number;
  readonly className: string;
  readonly output: CallOutput;

  constructor(
    identity: CallIdentity,
    thrown: { className: string; summary: string; value: unknown; output: CallOutput },
  ) {
    super("CALL", `Call ${identity.index} of job ${identity.jobId} threw ${thrown.summary}`, { cause: thrown.value });
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempt = identity.attempt;
    this.className = thrown.className;
    this.output = thrown.output;
    const frames = framesOf(thrown.value);
    if (frames) this.stack = `${this.name}: ${this.message}\n${frames}`;
  }
}

/** Where the user's function threw says more than where the host learned of it. */
function framesOf(thrown: unknown): string | undefined {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  return stack?.match(/^ {4}at .*$/gm)?.join("\n");
}

/** A call ran for longer than `timeoutMs`; its work was ended. */
export class CallTimeoutError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempt: number;
  readonly timeoutMs: number;

  /** @param isOfWorker whether the limit is that of the worker itself instead of the job's option */
  constructor(identity: CallIdentity, timeoutMs: number, isOfWorker = false) {
    const [limit, cure] = isOfWorker
      ? [
          "the time of a worker, ",
          "Give the workers more (of Lambda: run `nodewren deploy` with a higher lambda.timeoutMs)",
        ]
      : ["", "Raise timeoutMs"];
    super(
      "CALL_TIMEOUT",
      `Call ${identity.index} of job ${identity.jobId} ran for more than ${limit}${timeoutMs} ms and was ended. ${cure}, or give each call less to do.`,
    );
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempt = identity.attempt;
    this.timeoutMs = timeoutMs;
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

export interface WorkerExit {
  exitCode?: number | undefined;
  /** Name of the signal that ended the worker, such as `"SIGKILL"`. */
  signal?: string | undefined;
  /** Time in which nothing was heard of a worker whose end nobody saw, ms. */
  silentMs?: number | undefined;
  /** Last lines that the worker wrote to stderr, when there were any. */
  stderr?: string | undefined;
}

/** The worker ended while the call ran, in each of `attempt` attempts: a crash, `process.exit`, or a kill from outside. */
export class WorkerLostError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempt: number;
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stderr: string | undefined;

  constructor(identity: CallIdentity, exit: WorkerExit) {
    const tail = exit.stderr ? `\nLast lines of its stderr:\n${exit.stderr.replace(/^/gm, "  | ")}` : "";
    super(
      "WORKER_LOST",
      `The worker of call ${identity.index} of job ${identity.jobId} ended (${howItEnded(exit)}) before the call did, at attempt ${identity.attempt}. See that the function neither exits nor crashes the process; if the machine kills workers, give the job more memory or fewer workers.${tail}`,
    );
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempt = identity.attempt;
    this.exitCode = exit.exitCode;
    this.signal = exit.signal;
    this.stderr = exit.stderr;
  }
}

function howItEnded({ signal, exitCode, silentMs }: WorkerExit): string {
  if (silentMs !== undefined) return `nothing was heard of it for ${Math.round(silentMs / 1000)} s`;
  return signal ? `killed by ${signal}` : `exit code ${exitCode ?? "unknown"}`;
}

/** The call needed more memory than its worker may use. */
export class OutOfMemoryError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempt: number;
  /** The limit in MiB: the job's, else the memory of its worker; undefined when Node's own default applied. */
  readonly memoryMb: number | undefined;

  /** @param isOfWorker whether the limit is the memory of the worker itself instead of the job's option */
  constructor(identity: CallIdentity, memoryMb: number | undefined, isOfWorker = false) {
    const { limit, cure } = memoryLimit(memoryMb, isOfWorker);
    super(
      "OUT_OF_MEMORY",
      `Call ${identity.index} of job ${identity.jobId} ran out of memory (limit: ${limit}). ${cure}, or give each call less to do.`,
    );
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempt = identity.attempt;
    this.memoryMb = memoryMb;
  }
}

function memoryLimit(memoryMb: number | undefined, isOfWorker: boolean): { limit: string; cure: string } {
  if (isOfWorker)
    return {
      limit: `the worker's memory, ${memoryMb} MiB`,
      cure: "Give the workers more (of Lambda: run `nodewren deploy` with a higher lambda.memoryMb)",
    };
  return {
    limit: memoryMb === undefined ? "Node's default heap limit" : `memoryMb: ${memoryMb}`,
    cure: "Raise memoryMb",
  };
}

/** A worker could not be started or reached. */
export class InvokeError extends NodewrenError {
  constructor(message: string, options?: ErrorOptions) {
    super("INVOKE", message, options);
  }
}

export interface StoreErrorFields {
  key?: string | undefined;
  /** Bucket of an `S3Store`. */
  bucket?: string | undefined;
  /** HTTP status of the server's answer, when there was one. */
  status?: number | undefined;
  /** The server's name for the request, to ask its operator about. */
  requestId?: string | undefined;
}

/** The store could not be read or written: full, read-only, unreachable, or holding something that is not ours. */
export class StoreError extends NodewrenError implements StoreErrorFields {
  readonly key: string | undefined;
  readonly bucket: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, options?: ErrorOptions & StoreErrorFields) {
    super("STORE", message, options);
    this.key = options?.key;
    this.bucket = options?.bucket;
    this.status = options?.status;
    this.requestId = options?.requestId;
  }
}

/** Bytes were written by a release whose format this one does not read. */
export class VersionError extends NodewrenError {
  readonly found: number;
  readonly supported: number;

  constructor(what: string, found: number, supported: number) {
    super(
      "VERSION",
      `${what} has format version ${found}; this release reads version ${supported}. Run client and workers with the same release of nodewren.`,
    );
    this.found = found;
    this.supported = supported;
  }
}

/** Cloud resources could not be created, changed or removed. */
export class DeployError extends NodewrenError {
  constructor(message: string, options?: ErrorOptions) {
    super("DEPLOY", message, options);
  }
}
