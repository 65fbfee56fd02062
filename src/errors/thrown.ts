import { NodewrenError } from "./base.js";

/** Which call of which job failed. */
export interface CallIdentity {
  jobId: string;
  /** Index of the call in its job, from 0. */
  index: number;
  /** Tries that the call got, the last one included. */
  attempts: number;
}

/**
 * What the user's function wrote while the call ran. Of each stream, the first and the last 32 Ki characters are kept, and a
 * line between them says how much is missing.
 */
export interface CallOutput {
  stdout: string;
  stderr: string;
}

export const NO_OUTPUT: CallOutput = Object.freeze({ stdout: "", stderr: "" });

/** As the property `output`, which is not enumerable: an error that is printed should not print all that its call did. */
export function keepOutput(error: NodewrenError, output: CallOutput): void {
  Object.defineProperty(error, "output", { value: output, configurable: true });
}

/** A part of what was thrown that could not travel, such as a function or a socket. */
export interface OmittedPart {
  /** Way to it from the error that has this list, such as `cause.response.request`. */
  path: string;
  /** What it is. */
  reason: string;
}

/**
 * The user's function threw. `cause` is what it threw, decoded; `className` is the thrown error's own class name. An
 * error of a class that is not registered comes as one of the nearest built-in class. What of it could not travel is not
 * there, and named in `omitted`.
 */
export class CallError extends NodewrenError implements CallIdentity {
  readonly jobId: string;
  readonly index: number;
  readonly attempts: number;
  readonly className: string;
  /** The first parts of `cause` that did not travel; empty when all did, as is usual. */
  readonly omitted: readonly OmittedPart[];
  declare readonly output: CallOutput;

  constructor(
    identity: CallIdentity,
    thrown: {
      className: string;
      summary: string;
      value: unknown;
      omitted: readonly OmittedPart[];
      output: CallOutput;
    },
  ) {
    super("CALL", `Call ${identity.index} of job ${identity.jobId} threw ${thrown.summary}`, { cause: thrown.value });
    this.jobId = identity.jobId;
    this.index = identity.index;
    this.attempts = identity.attempts;
    this.className = thrown.className;
    this.omitted = thrown.omitted;
    keepOutput(this, thrown.output);
    const frames = framesOf(thrown.value);
    if (frames) this.stack = `${this.name}: ${this.message}\n${frames}`;
  }
}

/** Where the user's function threw says more than where the host learned of it. */
export function framesOf(thrown: unknown): string | undefined {
  const stack = stackOf(thrown);
  return typeof stack === "string" ? stack.match(/^ {4}at .*$/gm)?.join("\n") : undefined;
}

/** A registered class may have a getter of its own for it, which throws for one. */
function stackOf(thrown: unknown): unknown {
  try {
    return thrown instanceof Error ? thrown.stack : undefined;
  } catch {
    return undefined;
  }
}
