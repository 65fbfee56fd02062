import { NodewrenError } from "./base.js";
import { howItEnded, lastLines, memoryLimit, timeLimit, type WorkerExit } from "./ended.js";
import {
  type CallError,
  type CallIdentity,
  type CallOutput,
  framesOf,
  keepOutput,
  NO_OUTPUT,
  type OmittedPart,
} from "./thrown.js";

/** How a job's setup failed, with what is known of it. */
export type SetupEnd = { output?: CallOutput | undefined } & (
  | ({ how: "threw" } & Pick<CallError, "className" | "omitted"> & { summary: string; value: unknown })
  | { how: "timeout"; timeoutMs: number; isOfWorker?: boolean }
  | { how: "memory"; memoryMb: number | undefined; isOfWorker?: boolean }
  | ({ how: "lost" } & WorkerExit)
);

/**
 * The job's setup failed on the worker that was to run the call, so the call did not run. `cause` is what the setup threw.
 */
export class SetupError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempts: number;
  /** It threw or rejected; ran for more than `timeoutMs`; needed more memory than it may use; or ended its worker. */
  readonly how: SetupEnd["how"];
  /** Class name of what it threw; undefined when it threw nothing. */
  readonly className: string | undefined;
  /** The first parts of `cause` that did not travel. */
  readonly omitted: readonly OmittedPart[];
  /** What it wrote. */
  declare readonly output: CallOutput;

  constructor(identity: CallIdentity, end: SetupEnd) {
    const thrown = end.how === "threw" ? end : undefined;
    super("SETUP", setupMessage(identity, end), thrown && { cause: thrown.value });
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempts = identity.attempts;
    this.how = end.how;
    this.className = thrown?.className;
    this.omitted = thrown?.omitted ?? [];
    keepOutput(this, end.output ?? NO_OUTPUT);
    const frames = framesOf(thrown?.value);
    if (frames) this.stack = `${this.name}: ${this.message}\n${frames}`;
  }
}

function setupMessage({ jobId, index }: CallIdentity, end: SetupEnd): string {
  return `Call ${index} of job ${jobId} did not run, because the job's setup ${setupFault(end)}`;
}

/** What it did, and what to do about it. */
function setupFault(end: SetupEnd): string {
  if (end.how === "threw") return `threw ${end.summary}`;
  if (end.how === "timeout") {
    const { limit, hint } = timeLimit(end.isOfWorker);
    return `ran for more than ${limit}${end.timeoutMs} ms and was ended. ${hint}, or give it less to do.`;
  }
  if (end.how === "memory") {
    const { limit, hint } = memoryLimit(end.memoryMb, end.isOfWorker ?? false);
    return `ran out of memory (limit: ${limit}). ${hint}, or give it less to do.`;
  }
  const how = howItEnded(end);
  return `was running when its worker ended (${how}). See that it neither exits nor crashes the process.${lastLines(end)}`;
}
