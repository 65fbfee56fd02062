/** IAM, STS and EC2: one path, the action stands in the form. */
import { ApiError } from "./api-error.js";
import type { ApiCall } from "./call.js";
import type { HttpAnswer } from "./http.js";
import { iamAction } from "./iam.js";
import { answerEc2 } from "./network.js";
import { answerSts, STS_ACTIONS } from "./sts.js";
import { xmlAnswer, xmlError } from "./xml.js";

export function answerQuery(call: ApiCall): HttpAnswer {
  const form = new URLSearchParams(call.body.toString());
  const action = form.get("Action") ?? "";
  if (action.startsWith("Describe")) return answerEc2(call, form);
  const service = STS_ACTIONS.includes(action) ? "sts" : "iam";
  try {
    if (service === "sts") return answerSts(call, form);
    const done = iamAction(call, form);
    if (!done) throw new ApiError(400, "InvalidAction", `Could not find operation ${action}: this double has none.`);
    return xmlAnswer("iam", action, call.requestId, done.result);
  } catch (error) {
    if (error instanceof ApiError) return xmlError(service, call.requestId, error);
    throw error;
  }
}
