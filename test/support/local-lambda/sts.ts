/** STS: who asks, and sessions of roles with a policy of their own. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Policy } from "../../../src/deploy/policies.js";
import { ApiError } from "./api-error.js";
import { type ApiCall, permit } from "./call.js";
import type { HttpAnswer } from "./http.js";
import { formText, xmlAnswer } from "./xml.js";

/** Keys that STS gave out, and what they may be used for at most. */
export interface Session {
  secretAccessKey: string;
  sessionToken: string;
  /** Of the session alone. */
  policy: Policy;
  role: string;
  name: string;
}

/** Characters of a session policy (API reference, "AssumeRole"). */
const MAX_POLICY = 2048;

export const STS_ACTIONS = ["GetCallerIdentity", "AssumeRole"];

export function answerSts(call: ApiCall, form: URLSearchParams): HttpAnswer {
  return form.get("Action") === "AssumeRole" ? assumeRole(call, form) : callerIdentity(call);
}

function assumeRole(call: ApiCall, form: URLSearchParams): HttpAnswer {
  const role = formText(form, "RoleArn");
  permit(call, "sts:AssumeRole", role);
  const policy = formText(form, "Policy");
  if (policy.length > MAX_POLICY) throw new ApiError(400, "ValidationError", "Member must have length less than 2048");
  const name = formText(form, "RoleSessionName");
  const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
  const session = { secretAccessKey: randomUUID(), sessionToken: randomUUID(), policy: JSON.parse(policy), role, name };
  call.account.sessions.set(accessKeyId, session);
  const seconds = Number(form.get("DurationSeconds") ?? 3600);
  return xmlAnswer("sts", "AssumeRole", call.requestId, {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(Date.now() + seconds * 1000).toISOString(),
    },
    AssumedRoleUser: { Arn: `${role}/${name}`, AssumedRoleId: name },
  });
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
