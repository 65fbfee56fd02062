/** Tags of functions. */
import { notFound } from "./api-error.js";
import { type ApiCall, type Handler, jsonBody } from "./call.js";
import type { FunctionRecord } from "./function-record.js";
import { functionName } from "./functions.js";
import { jsonAnswer } from "./http.js";

function taggedOf(call: ApiCall): FunctionRecord {
  const found = call.account.functions.get(functionName(call.params["arn"] as string));
  if (found) return found;
  throw notFound(`Function not found: ${call.params["arn"]}`);
}

export const listTags: Handler = (call) => jsonAnswer(200, { Tags: taggedOf(call).tags });

export const tagResource: Handler = (call) => {
  Object.assign(taggedOf(call).tags, jsonBody(call)["Tags"]);
  return { status: 204 };
};

export const untagResource: Handler = (call) => {
  for (const key of call.query.getAll("tagKeys")) delete taggedOf(call).tags[key];
  return { status: 204 };
};
