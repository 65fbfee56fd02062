/** How requests, answers and notes look as JSON, for platforms that carry nothing else. */
import { VersionError } from "../errors.js";
import { isCount, isFlag, isNumber, isText, orNone, wrongField } from "./checks.js";
import { isDelivery } from "./delivery.js";
import { isInside } from "./inside.js";
import { isFailure, isFold, isLastOutput, isRetryPolicy, isShuffle, isStatus, SHARD_FIELDS } from "./message-checks.js";
import type { Answer, ShardRequest, WorkerFailure, WorkerNote } from "./messages.js";
import { WIRE_VERSION } from "./version.js";

interface JsonAnswer {
  attemptId: string;
  /** The stored result object in base64; absent when it was too large to ride along. */
  result?: string;
  writeMs: number;
}

/** What a worker behind such a platform answers: the shard is done, or could not be run. */
export type InvocationAnswer = { answer: Answer } | { failure: WorkerFailure };

export function encodeRequest(request: ShardRequest): string {
  return JSON.stringify({ ...request, inputs: request.inputs && toBase64(request.inputs) });
}

/** Throws `VersionError` when a host of another release made it, and `TypeError` when it is no request at all. */
export function decodeRequest(event: unknown): ShardRequest {
  const { version, shard, inputs } = (event ?? {}) as Partial<ShardRequest>;
  if (typeof version !== "number" || shard === undefined)
    throw new TypeError("This event is no request of nodewren. Workers are invoked by an executor only.");
  if (version !== WIRE_VERSION) throw new VersionError("The request", version, WIRE_VERSION);
  const wrong = wrongField(event, REQUEST) ?? wrongField(shard, SHARD_FIELDS);
  if (wrong) throw new TypeError(`This event is no request of nodewren: its field ${wrong} is missing or wrong.`);
  return { ...(event as ShardRequest), inputs: typeof inputs === "string" ? Buffer.from(inputs, "base64") : undefined };
}

const REQUEST = {
  jobId: isText,
  functionDigest: isText,
  attemptId: isText,
  attempt: isCount,
  segment: isCount,
  fold: orNone(isFold),
  shuffle: orNone(isShuffle),
  answersHead: orNone(isFlag),
  delivery: orNone(isDelivery),
  inside: orNone(isInside),
  inputsBytes: isCount,
  retries: isRetryPolicy,
  concurrentCalls: orNone(isCount),
  paceMs: orNone(isNumber),
  shardMs: orNone(isNumber),
  traceparent: orNone(isText),
};

/** As an object: platforms make the JSON themselves. */
export function encodeAnswer(given: InvocationAnswer): object {
  if ("failure" in given) return given;
  const { attemptId, result, writeMs } = given.answer;
  const answer: JsonAnswer = { attemptId, writeMs };
  if (result) answer.result = toBase64(result);
  return { answer };
}

/** Undefined when the bytes are no answer of a worker of ours. */
export function decodeAnswer(bytes: Uint8Array): InvocationAnswer | undefined {
  const { answer, failure } = (parsed(bytes) ?? {}) as { answer?: JsonAnswer; failure?: unknown };
  if (isFailure(failure)) return { failure };
  if (wrongField(answer, { attemptId: isText, writeMs: isNumber }) !== undefined) return undefined;
  const { attemptId, writeMs, result } = answer as JsonAnswer;
  if (result !== undefined && typeof result !== "string") return undefined;
  return { answer: { attemptId, writeMs, result: result === undefined ? undefined : Buffer.from(result, "base64") } };
}

export function encodeNote(note: WorkerNote): Uint8Array {
  return Buffer.from(JSON.stringify(note));
}

/** Undefined when the bytes are no note. */
export function decodeNote(bytes: Uint8Array): WorkerNote | undefined {
  const { type, status, failure, printed } = (parsed(bytes) ?? {}) as Record<string, unknown>;
  if (type === "failed" && isFailure(failure)) return { type, failure };
  if (type !== "death" || !isStatus(status) || status.type === "running" || status.type === "retired") return undefined;
  return { type, status, ...(isLastOutput(printed) && { printed }) };
}

function toBase64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

/** Undefined when the bytes are no JSON. */
export function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
}
