/** Invoke: pushed (RequestResponse), queued (Event), or only checked (DryRun). */
import { ApiError, constraint } from "./api-error.js";
import type { ApiCall, Handler } from "./call.js";
import type { FunctionRecord } from "./function-record.js";
import { functionOf, reservedInAll } from "./functions.js";
import type { HttpAnswer } from "./http.js";
import { PAYLOAD_BYTES } from "./limits.js";
import { tailOf } from "./log-text.js";
import { asRole } from "./network.js";
import type { ThrottleReason } from "./pool.js";
import { numberOf, qualifierOf, versionOf } from "./versions.js";

/** Takes the event; it runs later. */
export type Enqueue = (
  found: FunctionRecord,
  requestId: string,
  payload: string | Uint8Array,
  qualifier: string,
) => void;

export function newInvoke(enqueue: Enqueue): Handler {
  return async (call) => {
    const type = String(call.headers["x-amz-invocation-type"] ?? "RequestResponse");
    checkPayload(call, type);
    const found = functionOf(call);
    found.checkMayInvoke();
    const payload = readPayload(call);
    if (type === "DryRun") return { status: 204 };
    recordRole(found);
    if (type === "RequestResponse") return push(call, found, payload);
    enqueue(found, call.requestId, payload, qualifierOf(call));
    return { status: 202, headers: { "x-amz-executed-version": "$LATEST" } };
  };
}

/** What Lambda itself does in the name of the function's role. */
function recordRole({ account, config }: FunctionRecord): void {
  if (config.KMSKeyArn !== "") asRole(account, "kms:Decrypt", config.KMSKeyArn);
  if (config.TracingMode !== "Active") return;
  for (const action of ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]) asRole(account, action, undefined);
}

function checkPayload(call: ApiCall, type: string): void {
  const bytes = call.body.length;
  const limit = type === "Event" ? PAYLOAD_BYTES.Event : PAYLOAD_BYTES.RequestResponse;
  const text = `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`;
  if (bytes > limit) throw new ApiError(413, "RequestTooLargeException", text);
  if (!["RequestResponse", "Event", "DryRun"].includes(type))
    throw constraint("invocationType", type, "Member must satisfy enum value set: [Event, RequestResponse, DryRun]");
}

function readPayload(call: ApiCall): string | Uint8Array {
  if (call.body.length === 0) return "{}";
  try {
    JSON.parse(call.body.toString());
    return call.body;
  } catch (error) {
    const text = `Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`;
    throw new ApiError(400, "InvalidRequestContentException", text);
  }
}

async function push(call: ApiCall, found: FunctionRecord, payload: string | Uint8Array): Promise<HttpAnswer> {
  const { deployment } = versionOf(found, numberOf(found, qualifierOf(call)) as string);
  const reason = throttleReason(found);
  if (reason) throw throttled(call, reason);
  const result = await found.pool.invoke(deployment, call.requestId, payload);
  const headers: Record<string, string> = { "content-type": "application/json", "x-amz-executed-version": "$LATEST" };
  if (result.functionError) headers["x-amz-function-error"] = result.functionError;
  if (call.headers["x-amz-log-type"] === "Tail") headers["x-amz-log-result"] = tailOf(result.log);
  return { status: 200, headers, body: result.payload };
}

/** Why there is no room for one more invocation; undefined when there is. */
export function throttleReason(found: FunctionRecord): ThrottleReason | undefined {
  const reason = reasonOf(found);
  if (reason) found.pool.stats.throttles++;
  return reason;
}

function reasonOf(found: FunctionRecord): ThrottleReason | undefined {
  const { account, pool, reservedConcurrency } = found;
  if (reservedConcurrency !== undefined)
    return pool.running < reservedConcurrency ? undefined : "ReservedFunctionConcurrentInvocationLimitExceeded";
  const unreserved = [...account.functions.values()].filter((one) => one.reservedConcurrency === undefined);
  const running = unreserved.reduce((sum, one) => sum + one.pool.running, 0);
  const limit = account.settings.accountConcurrency - reservedInAll(account);
  return running < limit ? undefined : "ConcurrentInvocationLimitExceeded";
}

export function throttled(call: ApiCall, reason: ThrottleReason): ApiError {
  const { retryAfterSeconds } = call.account.knobs;
  const headers: Record<string, string> = {};
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  return new ApiError(429, "TooManyRequestsException", "Rate Exceeded.", { headers, fields: { Reason: reason } });
}
