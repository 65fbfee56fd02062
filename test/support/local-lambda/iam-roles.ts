/** Roles: what IAM holds about them, and whether Lambda may use one. */
import { randomBytes } from "node:crypto";
import type { Account } from "./account.js";
import { ApiError, invalidParameter } from "./api-error.js";

export interface Role {
  name: string;
  path: string;
  id: string;
  description: string | undefined;
  /** Who may assume it, JSON. */
  trust: string;
  createdAt: number;
  /** When it last changed, for roles that take time to spread. */
  changedAt: number;
  maxSessionSeconds: number;
  tags: Record<string, string>;
  /** Inline policies, JSON. */
  policies: Map<string, string>;
  /** ARNs of managed policies. */
  attached: Set<string>;
}

export function newRole(name: string, path: string, trust: string): Role {
  const now = Date.now();
  return {
    name,
    path,
    id: `AROA${randomBytes(9).toString("hex").slice(0, 17).toUpperCase()}`,
    description: undefined,
    trust: readPolicy(trust),
    createdAt: now,
    changedAt: now,
    maxSessionSeconds: 3600,
    tags: {},
    policies: new Map(),
    attached: new Set(),
  };
}

export function roleArn(account: Account, { name, path }: Pick<Role, "name" | "path">): string {
  return account.arn("iam", `role${path}${name}`);
}

/** A policy document, as given. Throws for one that is no policy. */
export function readPolicy(document: string): string {
  try {
    const { Statement, Version } = JSON.parse(document);
    if (Statement !== undefined && Version !== undefined) return document;
  } catch {
    // Refused below.
  }
  throw new ApiError(400, "MalformedPolicyDocument", "Syntax errors in policy.");
}

function roleOf(account: Account, arn: string): Role | undefined {
  return [...account.roles.values()].find((one) => roleArn(account, one) === arn);
}

/** Throws as Lambda does when it cannot assume the role. Roles that this IAM has never seen are taken on trust. */
export function checkRole(account: Account, arn: string): void {
  const role = roleOf(account, arn);
  if (!role) return;
  const { roleSettleMs, roleRefusal } = account.settings;
  const isSettled = Date.now() - role.changedAt >= roleSettleMs;
  if (!isSettled && roleRefusal === "grant")
    throw invalidParameter(
      `Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant. Please check your KMS key settings. KMS Exception: InvalidArnException KMS Message: ARN does not refer to a valid principal: ${arn}`,
    );
  if (isSettled && role.trust.includes('"lambda.amazonaws.com"')) return;
  throw invalidParameter("The role defined for the function cannot be assumed by Lambda.");
}

/** Whom KMS grants the key of a function's variables: the very role, whatever is called like it later. Undefined where nobody is known. */
export function grantee(account: Account, arn: string): string | undefined {
  return roleOf(account, arn)?.id;
}
