/** The role that workers run under, with its one policy. */
import { isDeepStrictEqual } from "node:util";
import type { IAM, Role } from "@aws-sdk/client-iam";
import { DeployError } from "../errors.js";
import { isNamed, unlessNamed } from "./aws-error.js";
import type { Context } from "./context.js";
import { OWNER_TAG, WORKER_POLICY } from "./names.js";
import { lingeringInterfaces } from "./network.js";
import { policies, trustPolicy } from "./policies.js";
import { NOT_OURS, NOT_THERE, type Step } from "./step.js";
import { missingTags, ownTags } from "./tags.js";

/** As the SDK names it, and as IAM itself does. */
const NO_SUCH_ENTITY = ["NoSuchEntityException", "NoSuchEntity"];

/** What the function has to know of its role. */
export interface DeployedRole {
  /** IAM's own, which a role that is deleted and made again has not; undefined for a role of the user's own. */
  id: string | undefined;
  /** Whether this run has made it. */
  isNew: boolean;
}

/** Creates the role, or changes what differs, and fills in `role`. A role of the user's own is left as it is. */
export async function ensureRole(context: Context, role: DeployedRole): Promise<Step> {
  const { roleName, roleArn } = context.names;
  if (!roleName) return { resource: `role ${roleArn}`, action: "unchanged", detail: "your own" };
  const resource = `role ${roleName}`;
  const { iam } = context.clients;
  const found = await findRole(iam, roleName);
  const made = found ? undefined : await createRole(context, roleName);
  if (made) {
    Object.assign(role, { id: made.RoleId, isNew: true });
    return { resource, action: "created", detail: `with policy ${WORKER_POLICY}` };
  }
  const existing = found ?? (await findRole(iam, roleName));
  if (!existing || !isOurs(existing, context))
    throw new DeployError(
      `The role ${roleName} exists, but was not made by nodewren for this function. Choose another lambda.functionName, or name the role as lambda.roleArn.`,
    );
  role.id = existing.RoleId;
  const changed = await updateRole(context, roleName, existing);
  return { resource, action: changed.length > 0 ? "updated" : "unchanged", detail: changed.join(", ") };
}

async function findRole(iam: IAM, RoleName: string): Promise<Role | undefined> {
  try {
    return (await iam.getRole({ RoleName })).Role;
  } catch (error) {
    if (isNamed(error, ...NO_SUCH_ENTITY)) return undefined;
    throw error;
  }
}

function tagsOf({ Tags = [] }: Role): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

function isOurs(role: Role, { names }: Context): boolean {
  return tagsOf(role)[OWNER_TAG] === names.functionName;
}

/** Undefined when it exists after all: a request whose answer was lost is sent again by the SDK. */
async function createRole(context: Context, RoleName: string): Promise<Role | undefined> {
  const create = context.clients.iam.createRole({
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify(trustPolicy()),
    Description: `Workers of nodewren, function ${context.names.functionName}`,
    Tags: listOf(ownTags(context.config)),
  });
  if (!(await unlessNamed(create, "EntityAlreadyExistsException", "EntityAlreadyExists"))) return undefined;
  await putPolicy(context, RoleName);
  return (await create).Role;
}

async function putPolicy({ clients, config, place }: Context, RoleName: string): Promise<void> {
  const PolicyDocument = JSON.stringify(policies(config, place).worker);
  await clients.iam.putRolePolicy({ RoleName, PolicyName: WORKER_POLICY, PolicyDocument });
}

/** What was changed, in words. */
async function updateRole(context: Context, RoleName: string, found: Role): Promise<string[]> {
  const { clients, config, place } = context;
  const changed: string[] = [];
  if (!isDeepStrictEqual(readDocument(found.AssumeRolePolicyDocument), trustPolicy())) {
    await clients.iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: JSON.stringify(trustPolicy()) });
    changed.push("trust");
  }
  if (!isDeepStrictEqual(await findPolicy(clients.iam, RoleName), policies(config, place).worker)) {
    await putPolicy(context, RoleName);
    changed.push("policy");
  }
  const tags = missingTags(ownTags(config), tagsOf(found));
  if (Object.keys(tags).length > 0) {
    await clients.iam.tagRole({ RoleName, Tags: listOf(tags) });
    changed.push("tags");
  }
  return changed;
}

async function findPolicy(iam: IAM, RoleName: string): Promise<unknown> {
  try {
    return readDocument((await iam.getRolePolicy({ RoleName, PolicyName: WORKER_POLICY })).PolicyDocument);
  } catch (error) {
    if (isNamed(error, ...NO_SUCH_ENTITY)) return undefined;
    throw error;
  }
}

/** IAM gives documents as JSON in the encoding of URLs. What does not read as that was not written by us. */
function readDocument(document: string | undefined): unknown {
  try {
    return JSON.parse(decodeURIComponent(document ?? ""));
  } catch {
    return undefined;
  }
}

function listOf(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export async function removeRole(context: Context): Promise<Step> {
  const { clients, names } = context;
  const RoleName = names.roleName;
  if (!RoleName) return { resource: `role ${names.roleArn}`, action: "unchanged", detail: "kept: your own" };
  const resource = `role ${RoleName}`;
  const found = await findRole(clients.iam, RoleName);
  if (!found) return { resource, action: "unchanged", detail: NOT_THERE };
  if (!isOurs(found, context)) return { resource, action: "unchanged", detail: NOT_OURS };
  const interfaces = await lingeringInterfaces(context);
  if (interfaces > 0)
    return {
      resource,
      action: "unchanged",
      detail: `kept: Lambda still needs it, to remove ${interfaces} network interfaces of the function, which takes up to 20 minutes; then run destroy again`,
    };
  await unlessNamed(clients.iam.deleteRolePolicy({ RoleName, PolicyName: WORKER_POLICY }), ...NO_SUCH_ENTITY);
  await unlessNamed(clients.iam.deleteRole({ RoleName }), ...NO_SUCH_ENTITY);
  return { resource, action: "deleted", detail: `with policy ${WORKER_POLICY}` };
}
