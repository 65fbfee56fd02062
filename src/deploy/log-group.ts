/** The workers' log group, made before its function: Lambda's own would be kept for ever. */
import { isNamed, unlessNamed } from "./aws-error.js";
import type { Context } from "./context.js";
import { OWNER_TAG } from "./names.js";
import { NOT_OURS, NOT_THERE, type Step } from "./step.js";
import { missingTags, ownTags } from "./tags.js";

/**
 * Holds the days for which logs are kept, in words that a tag can hold: to read the setting itself, DescribeLogGroups
 * would have to be allowed for all groups of the account.
 */
const RETENTION_TAG = "nodewren:retention-days";

export async function ensureLogGroup(context: Context): Promise<Step> {
  const { logGroup, logGroupArn } = context.names;
  const { logs } = context.clients;
  const resource = `log group ${logGroup}`;
  const days = context.config.lambda.logRetentionDays;
  const tags = { ...ownTags(context.config), [RETENTION_TAG]: String(days) };
  const found = await findTags(context);
  const missing = missingTags(tags, found ?? {});
  if (found && Object.keys(missing).length === 0) return { resource, action: "unchanged", detail: "" };
  // Lambda makes the group too, when a function of this name writes before.
  if (!found) await unlessNamed(logs.createLogGroup({ logGroupName: logGroup }), "ResourceAlreadyExistsException");
  await logs.putRetentionPolicy({ logGroupName: logGroup, retentionInDays: days });
  // The tag comes last: it says that the rest is done.
  await logs.tagResource({ resourceArn: logGroupArn, tags: missing });
  return { resource, action: found ? "updated" : "created", detail: `kept for ${days} days` };
}

/** Tags of the group; undefined when there is none. */
async function findTags({ clients, names }: Context): Promise<Record<string, string> | undefined> {
  try {
    return (await clients.logs.listTagsForResource({ resourceArn: names.logGroupArn })).tags ?? {};
  } catch (error) {
    if (isNamed(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

export async function removeLogGroup(context: Context): Promise<Step> {
  const resource = `log group ${context.names.logGroup}`;
  const found = await findTags(context);
  if (!found) return { resource, action: "unchanged", detail: NOT_THERE };
  if (found[OWNER_TAG] !== context.names.functionName) return { resource, action: "unchanged", detail: NOT_OURS };
  const gone = context.clients.logs.deleteLogGroup({ logGroupName: context.names.logGroup });
  await unlessNamed(gone, "ResourceNotFoundException");
  return { resource, action: "deleted", detail: "" };
}
