/** What failed, in words, and what to do about it. */
import { StoreError } from "../../errors.js";
import { CONNECTION_HINTS } from "../connection-faults.js";
import { type Fault, statusOf, triesFor } from "../retry.js";
import type { RestConnection } from "./connection.js";
import type { RestAction } from "./dialect.js";

const UNREACHABLE = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

export function restError(action: RestAction, connection: RestConnection, cause: unknown): Error {
  if (cause instanceof StoreError) return cause;
  const fault = (cause ?? {}) as Fault;
  const { bucket, place } = connection.dialect;
  const requestId = fault.$metadata?.requestId;
  const status = statusOf(fault) || undefined;
  const ids = [status && `status ${status}`, requestId && `request ${requestId}`].filter(Boolean).join(", ");
  // Who shares the store with another one may go on with it.
  const isTransient = triesFor(fault) > 1 || fault.code === "ERR_STORE_CLOSED";
  const message = `Cannot ${action.verb} ${action.key} in ${place}: ${whatOf(fault)}${ids && ` (${ids})`}. ${hintOf(fault, connection, action)}`;
  return new StoreError(message, { key: action.key, bucket, status, requestId, cause, isTransient });
}

/** The server's or the system's own code, and what it says beyond that. */
function whatOf({ code, name = "Error", message = "" }: Fault): string {
  const first = message.split("\n", 1)[0]?.replace(/\.$/, "");
  const what = code ?? name;
  return !first || first === what ? what : `${what}: ${first}`;
}

function hintOf(fault: Fault, { dialect, settings }: RestConnection, action: RestAction): string {
  const { code = "", name = "" } = fault;
  const { endpoint, timeoutMs, maxRequests } = settings;
  const status = statusOf(fault);
  if (code === "ERR_OTHER_SERVICE")
    return `What answers at ${endpoint} does not speak as ${dialect.service} does: is it a web page or a proxy? Correct the endpoint.`;
  if (name === "TimeoutError")
    return `That happened several times. See that ${endpoint} can be reached from here, or raise timeoutMs (now ${timeoutMs}).`;
  const known = dialect.hint(fault, action) ?? CONNECTION_HINTS[code];
  if (known !== undefined) return known;
  if (UNREACHABLE.has(code))
    return `${endpoint} cannot be reached from here. Check its name, the network, and the proxy, or start the server.`;
  if (status === 503 || status === 429)
    return `The server asked for fewer requests, ten times. Run again, or lower maxRequests (now ${maxRequests}) or the number of shards.`;
  return "See the cause.";
}
