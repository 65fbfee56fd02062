/** One request to a service, as its handlers see it. */
import type { Account } from "./account.js";
import { ApiError } from "./api-error.js";
import type { HttpAnswer, HttpRequest } from "./http.js";
import { type ApiRequest, newApiRequest } from "./recorder.js";

export interface ApiCall extends HttpRequest {
  account: Account;
  requestId: string;
  accessKeyId: string | undefined;
  /** Parts of the path that the route names. */
  params: Record<string, string>;
}

export type Handler = (call: ApiCall) => HttpAnswer | Promise<HttpAnswer>;

/** Records that the caller needs this permission, and refuses when it is not allowed. */
export function permit(call: ApiCall, action: string, resource: string | undefined, implied = false): void {
  const request = newApiRequest(action, resource, call.accessKeyId, implied);
  call.account.requests.push(request);
  if (call.account.settings.authorize?.(request) === false) throw accessDenied(call, request);
}

function accessDenied(call: ApiCall, { action, resource, service }: ApiRequest): ApiError {
  const user = call.account.arn("iam", `user/${call.accessKeyId}`);
  const text = `User: ${user} is not authorized to perform: ${action} on resource: ${resource ?? "*"}`;
  const code = service === "iam" || service === "sts" ? "AccessDenied" : "AccessDeniedException";
  const why = `because no identity-based policy allows the ${action} action`;
  return new ApiError(service === "logs" ? 400 : 403, code, `${text} ${why}`);
}

/** The body as a JSON object. */
export function jsonBody(call: ApiCall): Record<string, unknown> {
  if (call.body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(call.body.toString());
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Refused below.
  }
  throw new ApiError(400, "SerializationException", "The request's body is no JSON object.");
}
