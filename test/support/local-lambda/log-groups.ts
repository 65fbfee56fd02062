/** CloudWatch Logs: groups and their retention. Functions write into /aws/lambda/NAME. */
import type { Account } from "./account.js";
import { ApiError } from "./api-error.js";
import { type ApiCall, jsonBody, permit } from "./call.js";
import { type HttpAnswer, jsonAnswer } from "./http.js";

export interface LogGroup {
  name: string;
  createdAt: number;
  retentionInDays: number | undefined;
  tags: Record<string, string>;
  /** What was written last. */
  text: string;
}

type Input = Record<string, unknown>;

const ACTIONS: Record<string, (account: Account, input: Input) => unknown> = {
  CreateLogGroup: ({ logGroups }, input) => {
    const name = nameIn(input);
    const text = "The specified log group already exists";
    if (logGroups.has(name)) throw new ApiError(400, "ResourceAlreadyExistsException", text);
    logGroups.set(name, newLogGroup(name));
    return undefined;
  },
  DeleteLogGroup: (account, input) => {
    account.logGroups.delete(groupOf(account, input).name);
    return undefined;
  },
  DescribeLogGroups: (account, input) => {
    const prefix = String(input["logGroupNamePrefix"] ?? "");
    const found = [...account.logGroups.values()].filter(({ name }) => name.startsWith(prefix));
    return { logGroups: found.map((one) => shown(account, one)) };
  },
  PutRetentionPolicy: (account, input) => {
    groupOf(account, input).retentionInDays = Number(input["retentionInDays"]);
    return undefined;
  },
  DeleteRetentionPolicy: (account, input) => {
    groupOf(account, input).retentionInDays = undefined;
    return undefined;
  },
  ListTagsForResource: (account, input) => ({ tags: groupOf(account, input).tags }),
  TagResource: (account, input) => {
    Object.assign(groupOf(account, input).tags, input["tags"]);
    return undefined;
  },
};

/** The header's value is `Logs_20140328.CreateLogGroup` or so. */
export function answerLogs(call: ApiCall, target: string): HttpAnswer {
  const name = target.split(".")[1] ?? "";
  try {
    const action = ACTIONS[name];
    if (!action) throw new ApiError(400, "UnknownOperationException", `This double has no operation ${name}.`);
    const input = jsonBody(call);
    permit(call, `logs:${name}`, resourceOf(call.account, input));
    return jsonAnswer(200, action(call.account, input) ?? {}, JSON_1_1);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return jsonAnswer(error.status, { __type: error.code, message: error.message }, JSON_1_1);
  }
}

const JSON_1_1 = { "content-type": "application/x-amz-json-1.1" };

export function newLogGroup(name: string): LogGroup {
  return { name, createdAt: Date.now(), retentionInDays: undefined, tags: {}, text: "" };
}

/** What AWS holds policies against, as its refusals show it: a statement for the group must end in `:*`. */
function resourceOf(account: Account, input: Input): string {
  if (typeof input["resourceArn"] === "string") return input["resourceArn"];
  return account.arn("logs", `log-group:${input["logGroupName"] ?? ""}:log-stream:`);
}

function nameIn(input: Input): string {
  // Tags are of resources, by their ARNs.
  const [, named] = /:log-group:([^:*]+)$/.exec(String(input["resourceArn"])) ?? [];
  if (named !== undefined) return named;
  if (typeof input["logGroupName"] === "string") return input["logGroupName"];
  throw new ApiError(400, "InvalidParameterException", "logGroupName must be given.");
}

function groupOf({ logGroups }: Account, input: Input): LogGroup {
  const found = logGroups.get(nameIn(input));
  if (found) return found;
  throw new ApiError(400, "ResourceNotFoundException", "The specified log group does not exist.");
}

function shown(account: Account, { name, createdAt, retentionInDays, text }: LogGroup): object {
  const arn = account.arn("logs", `log-group:${name}`);
  return {
    logGroupName: name,
    arn: `${arn}:*`,
    logGroupArn: arn,
    creationTime: createdAt,
    retentionInDays,
    storedBytes: text.length,
    metricFilterCount: 0,
  };
}
