/** Reads what Lambda answers to an invocation. */
import type { InvokeCommandOutput } from "@aws-sdk/client-lambda";
import { decodeAnswer } from "../../wire/invocation.js";
import type { Answer, ShardRequest } from "../../wire/messages.js";
import { readStatusFromLog } from "../../wire/status-log.js";
import { WorkerDeath, WorkerRefusal } from "../backend.js";
import { refusalOf } from "../death.js";
import type { LambdaTarget } from "./client.js";
import { failureOf } from "./function-error.js";
import { billedOf } from "./log-tail.js";
import { nameOf } from "./sdk-errors.js";

/** Bytes of a strange answer that a message shows. */
const BYTES_SHOWN = 200;

/** Throws `WorkerDeath` and `WorkerRefusal`, as `Backend.invoke` rejects. */
export function answerOf(output: InvokeCommandOutput, request: ShardRequest, target: LambdaTarget): Answer {
  const payload = output.Payload ?? new Uint8Array();
  const log = Buffer.from(output.LogResult ?? "", "base64").toString();
  const billed = billedOf(log);
  try {
    return { ...answerIn(output, payload, log, request, target), ...(billed && { billed }) };
  } catch (error) {
    if (error instanceof WorkerDeath || error instanceof WorkerRefusal) error.billed = billed;
    throw error;
  }
}

function answerIn(
  output: InvokeCommandOutput,
  payload: Uint8Array,
  log: string,
  request: ShardRequest,
  target: LambdaTarget,
): Answer {
  if (output.FunctionError !== undefined)
    return answerOfRetired(log, request) ?? fail(failureOf(payload, log, request, target));
  const decoded = decodeAnswer(payload);
  if (!decoded) throw strange(payload, target);
  if ("failure" in decoded) throw refusalOf(decoded.failure);
  if (decoded.answer.attemptId !== request.attemptId) throw strange(payload, target);
  return decoded.answer;
}

/** A worker that must not be used again ends itself instead of answering, when the result is stored. */
function answerOfRetired(log: string, { attemptId }: ShardRequest): Answer | undefined {
  const status = readStatusFromLog(log);
  if (status?.type !== "retired") return undefined;
  if (status.failure) throw refusalOf(status.failure);
  return { attemptId, result: undefined, writeMs: 0 };
}

function fail(error: Error): never {
  throw error;
}

function strange(payload: Uint8Array, target: LambdaTarget): WorkerRefusal {
  const start = Buffer.from(payload.subarray(0, BYTES_SHOWN)).toString();
  return new WorkerRefusal(
    "invoke",
    `Function ${nameOf(target)} gave an answer that is not one of nodewren's worker (${payload.byteLength} bytes): ${JSON.stringify(start)}. Run \`npx nodewren deploy\`, or check the options functionName and endpoint.`,
    { transient: false },
  );
}
