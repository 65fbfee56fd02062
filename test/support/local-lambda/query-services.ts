/** IAM and STS: one path, the action stands in the form. */
import { ApiError } from "./api-error.js";
import { type ApiCall, permit } from "./call.js";
import type { HttpAnswer } from "./http.js";
import { iamAction } from "./iam.js";
import { xmlAnswer, xmlError } from "./xml.js";

export function answerQuery(call: ApiCall): HttpAnswer {
  const form = new URLSearchParams(call.body.toString());
  const action = form.get("Action") ?? "";
  const service = action === "GetCallerIdentity" ? "sts" : "iam";
  try {
    if (service === "sts") return callerIdentity(call);
    const done = iamAction(call, form);
    if (!done) throw new ApiError(400, "InvalidAction", `Could not find operation ${action}: this double has none.`);
    return xmlAnswer("iam", action, call.requestId, done.result);
  } catch (error) {
    if (error instanceof ApiError) return xmlError(service, call.requestId, error);
    throw error;
  }
}

function callerIdentity(call: ApiCall): HttpAnswer {
  permit(call, "sts:GetCallerIdentity", undefined);
  const { account, accessKeyId = "anonymous" } = call;
  return xmlAnswer("sts", "GetCallerIdentity", call.requestId, {
    Arn: account.arn("iam", `user/${accessKeyId}`),
    UserId: accessKeyId,
    Account: account.settings.accountId,
  });
}
