/** Whether what was read is a message of a worker, as far as its fields tell. */
import { type Check, hasFields, isCount, isFlag, isNumber, isPositive, isText, orNone } from "./checks.js";
import type { LastOutput, Printed, RetryPolicy, StatusLine, WorkerFailure } from "./messages.js";

/** Of a `Shard`. */
export const SHARD_FIELDS = { name: isText, first: isCount, count: isCount, byteStart: isCount, byteEnd: isCount };

const hasFailureFields = hasFields({ code: isText, message: isText, retire: isFlag, isTransient: orNone(isFlag) });

export function isFailure(value: unknown): value is WorkerFailure {
  return hasFailureFields(value);
}

const TYPES: ReadonlySet<unknown> = new Set([
  "running",
  "timeout",
  "memory",
  "stuck",
  "exit",
  "deadline",
  "retired",
] satisfies StatusLine["type"][]);

const isIndex: Check = (value) => value === null || isCount(value);
const RUNNING = {
  index: isIndex,
  during: orNone((value) => value === "setup"),
  retry: orNone(isCount),
  atOnce: orNone(isCount),
};
const hasStatusFields = hasFields({
  ...RUNNING,
  type: (value) => TYPES.has(value),
  failure: orNone(isFailure),
});

export function isStatus(value: unknown): value is StatusLine {
  if (!hasStatusFields(value)) return false;
  const { type, code } = value as { type: StatusLine["type"]; code?: unknown };
  return type !== "exit" || isNumber(code);
}

const hasPrintedFields = hasFields({
  ...RUNNING,
  type: (value) => value === "printed",
  attemptId: isText,
  stream: (value) => value === "stdout" || value === "stderr",
  text: isText,
});

export function isPrinted(value: unknown): value is Printed {
  return hasPrintedFields(value);
}

export const isOutput = hasFields({ stdout: isText, stderr: isText });
const hasLastOutputFields = hasFields({ ...RUNNING, output: isOutput });

export function isLastOutput(value: unknown): value is LastOutput {
  return hasLastOutputFields(value);
}

const hasPolicyFields = hasFields({
  limit: isCount,
  delayMs: isCount,
  factor: isNumber,
  maxDelayMs: isCount,
  jitter: isFlag,
});

export function isRetryPolicy(value: unknown): value is RetryPolicy {
  return hasPolicyFields(value);
}

export const isFold: Check = hasFields({
  of: (value) => value === "values" || value === "collections" || value === "parts",
  initial: isFlag,
  finishDigest: orNone(isText),
});

export const isShuffle: Check = hasFields({
  parts: (value) => isCount(value) && isPositive(value),
  combineDigest: isText,
  partitionDigest: orNone(isText),
});
