/** IAM's actions on roles. */
import type { Account } from "./account.js";
import { ApiError } from "./api-error.js";
import { type ApiCall, permit } from "./call.js";
import { newRole, type Role, readPolicy, roleArn } from "./iam-roles.js";
import { formList, formText, type Xml } from "./xml.js";

interface Request {
  account: Account;
  form: URLSearchParams;
  call: ApiCall;
  /** The role that the request names. Throws NoSuchEntity. */
  role: () => Role;
}

type Action = (request: Request) => Xml | undefined;

const ACTIONS: Record<string, Action> = {
  CreateRole: ({ account, form, call }) => {
    const name = formText(form, "RoleName");
    const text = `Role with name ${name} already exists.`;
    if (account.roles.has(name)) throw new ApiError(409, "EntityAlreadyExists", text);
    const tags = formList(form, "Tags");
    const made = newRole(name, form.get("Path") ?? "/", formText(form, "AssumeRolePolicyDocument"));
    if (tags.length > 0) permit(call, "iam:TagRole", roleArn(account, made), true);
    made.description = form.get("Description") ?? undefined;
    made.maxSessionSeconds = Number(form.get("MaxSessionDuration") ?? made.maxSessionSeconds);
    setTags(made, tags);
    account.roles.set(name, made);
    return { Role: shown(account, made) };
  },
  GetRole: ({ account, role }) => ({ Role: shown(account, role()) }),
  DeleteRole: ({ account, role }) => {
    const { name, policies, attached } = role();
    if (attached.size > 0) throw inUse("detach all policies first.");
    if (policies.size > 0) throw inUse("delete policies first.");
    account.roles.delete(name);
    return undefined;
  },
  UpdateAssumeRolePolicy: ({ form, role }) => {
    role().trust = readPolicy(formText(form, "PolicyDocument"));
    role().changedAt = Date.now();
    return undefined;
  },
  TagRole: ({ form, role }) => {
    setTags(role(), formList(form, "Tags"));
    return undefined;
  },
  ListRoleTags: ({ role }) => ({ Tags: tagsShown(role()), IsTruncated: false }),
  PutRolePolicy: ({ form, role }) => {
    role().policies.set(formText(form, "PolicyName"), readPolicy(formText(form, "PolicyDocument")));
    return undefined;
  },
  GetRolePolicy: ({ form, role }) => {
    const { name, policies } = role();
    const PolicyName = formText(form, "PolicyName");
    const document = policies.get(PolicyName);
    if (document === undefined) throw noPolicy(PolicyName);
    return { RoleName: name, PolicyName, PolicyDocument: encodeURIComponent(document) };
  },
  DeleteRolePolicy: ({ form, role }) => {
    const name = formText(form, "PolicyName");
    if (!role().policies.delete(name)) throw noPolicy(name);
    return undefined;
  },
  ListRolePolicies: ({ role }) => ({ PolicyNames: [...role().policies.keys()], IsTruncated: false }),
  AttachRolePolicy: ({ form, role }) => {
    role().attached.add(formText(form, "PolicyArn"));
    return undefined;
  },
  DetachRolePolicy: ({ form, role }) => {
    const arn = formText(form, "PolicyArn");
    if (!role().attached.delete(arn)) throw noSuch(`Policy ${arn} was not found.`);
    return undefined;
  },
  ListAttachedRolePolicies: ({ role }) => {
    const all = [...role().attached].map((arn) => ({ PolicyName: arn.split("/").at(-1), PolicyArn: arn }));
    return { AttachedPolicies: all, IsTruncated: false };
  },
  // A role of Lambda's is never of an instance; clients that delete roles ask all the same.
  ListInstanceProfilesForRole: ({ role }) => {
    role();
    return { InstanceProfiles: [], IsTruncated: false };
  },
};

/** Runs the action; undefined when there is none of that name. */
export function iamAction(call: ApiCall, form: URLSearchParams): { result: Xml | undefined } | undefined {
  const name = form.get("Action") ?? "";
  const action = ACTIONS[name];
  if (!action) return undefined;
  const { account } = call;
  const roleName = formText(form, "RoleName");
  permit(call, `iam:${name}`, roleArn(account, account.roles.get(roleName) ?? pathOf(form, roleName)));
  const role = () => {
    const found = account.roles.get(roleName);
    if (!found) throw noSuch(`The role with name ${roleName} cannot be found.`);
    return found;
  };
  return { result: action({ account, form, call, role }) };
}

function pathOf(form: URLSearchParams, name: string) {
  return { name, path: form.get("Path") ?? "/" };
}

function shown(account: Account, role: Role): Xml {
  const { name, path, id, description, trust, createdAt, maxSessionSeconds } = role;
  return {
    Path: path,
    RoleName: name,
    RoleId: id,
    Arn: roleArn(account, role),
    CreateDate: new Date(createdAt).toISOString(),
    AssumeRolePolicyDocument: encodeURIComponent(trust),
    Description: description,
    MaxSessionDuration: maxSessionSeconds,
    Tags: tagsShown(role),
  };
}

function setTags(role: Role, tags: Record<string, string>[]): void {
  for (const { Key = "", Value = "" } of tags) role.tags[Key] = Value;
}

function tagsShown({ tags }: Role): Xml[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function noSuch(text: string): ApiError {
  return new ApiError(404, "NoSuchEntity", text);
}

function noPolicy(name: string): ApiError {
  return noSuch(`The role policy with name ${name} cannot be found.`);
}

function inUse(hint: string): ApiError {
  return new ApiError(409, "DeleteConflict", `Cannot delete entity, must ${hint}`);
}
