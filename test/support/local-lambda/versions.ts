/** Published versions of a function, aliases that lead to them, and what is kept started behind an alias. */
import { ApiError, conflict, constraint, notFound } from "./api-error.js";
import { type ApiCall, type Handler, jsonBody } from "./call.js";
import type { FunctionRecord, Version } from "./function-record.js";
import { functionArn, functionOf, shown } from "./functions.js";
import { jsonAnswer } from "./http.js";

export interface Alias {
  Name: string;
  FunctionVersion: string;
  Description: string;
}

/** The newest one again when nothing has changed since. */
export const publishVersion: Handler = (call) => {
  const found = functionOf(call);
  found.checkMayUpdate();
  const [number, newest] = [...found.versions].at(-1) ?? ["0", undefined];
  if (newest && newest.deployment === found.deployment) return jsonAnswer(201, shown(found, number));
  const { config, code, deployment } = found;
  const next = String(Number(number) + 1);
  found.versions.set(next, { config, code, deployment });
  return jsonAnswer(201, shown(found, next));
};

export const createAlias: Handler = (call) => {
  const { Name, FunctionVersion, Description = "" } = jsonBody(call) as Partial<Alias>;
  const found = functionOf(call);
  if (!Name || /^\d+$/.test(Name)) throw constraint("name", Name, "Member must satisfy (?!^[0-9]+$)([a-zA-Z0-9-_]+)");
  if (found.aliases.has(Name)) throw conflict(`Alias already exists: ${found.functionArn}:${Name}`);
  return put(found, { Name, FunctionVersion: versionIn(found, FunctionVersion), Description }, 201);
};

export const updateAlias: Handler = (call) => {
  const found = functionOf(call);
  const before = aliasOf(call);
  const { FunctionVersion = before.FunctionVersion, Description = before.Description } = jsonBody(
    call,
  ) as Partial<Alias>;
  return put(found, { ...before, FunctionVersion: versionIn(found, FunctionVersion), Description });
};

export const getAlias: Handler = (call) => jsonAnswer(200, aliasOf(call));

export const listAliases: Handler = (call) => jsonAnswer(200, { Aliases: [...functionOf(call).aliases.values()] });

export const deleteAlias: Handler = (call) => {
  functionOf(call).aliases.delete(call.params["alias"] as string);
  return { status: 204 };
};

export const putProvisioned: Handler = (call) => {
  const { ProvisionedConcurrentExecutions: wanted } = jsonBody(call);
  if (typeof wanted !== "number" || wanted < 1)
    throw constraint("provisionedConcurrentExecutions", wanted, "Member must have value greater than or equal to 1");
  const found = functionOf(call);
  const qualifier = qualifierOf(call);
  const provisioned = { wanted, isReady: false };
  found.provisioned.set(qualifier, provisioned);
  call.account.later(call.account.settings.stateDelayMs, () => (provisioned.isReady = true));
  return jsonAnswer(202, provisionedShown(provisioned));
};

export const getProvisioned: Handler = (call) => {
  const found = functionOf(call).provisioned.get(qualifierOf(call));
  const name = "ProvisionedConcurrencyConfigNotFoundException";
  if (!found) throw new ApiError(404, name, "No Provisioned Concurrency Config found for this function");
  return jsonAnswer(200, provisionedShown(found));
};

export const deleteProvisioned: Handler = (call) => {
  functionOf(call).provisioned.delete(qualifierOf(call));
  return { status: 204 };
};

function provisionedShown({ wanted, isReady }: { wanted: number; isReady: boolean }): object {
  return {
    RequestedProvisionedConcurrentExecutions: wanted,
    AvailableProvisionedConcurrentExecutions: isReady ? wanted : 0,
    Status: isReady ? "READY" : "IN_PROGRESS",
  };
}

function put(found: FunctionRecord, alias: Alias, status = 200) {
  found.aliases.set(alias.Name, alias);
  return jsonAnswer(status, alias);
}

function aliasOf(call: ApiCall): Alias {
  const found = functionOf(call).aliases.get(call.params["alias"] as string);
  if (found) return found;
  throw notFound(`Cannot find alias arn: ${functionArn(call)}:${call.params["alias"]}`);
}

function versionIn({ versions, functionArn: arn }: FunctionRecord, version = ""): string {
  if (versions.has(version)) return version;
  throw notFound(`Function not found: ${arn}:${version}`);
}

/** What the request names behind the function: `$LATEST`, a version or an alias. */
export function qualifierOf({ query, params }: ApiCall): string {
  const inName = (params["name"] as string).match(/^(?:.*function:)?[^:]+:([^:]+)$/)?.[1];
  return query.get("Qualifier") ?? inName ?? "$LATEST";
}

/** Number of the version that it stands for; undefined when there is none. */
export function numberOf({ versions, aliases }: FunctionRecord, qualifier: string): string | undefined {
  if (qualifier === "$LATEST" || versions.has(qualifier)) return qualifier;
  return aliases.get(qualifier)?.FunctionVersion;
}

/** What runs, and is shown, of the function as it is or of one of its versions. */
export function versionOf(found: FunctionRecord, number: string): Version {
  return found.versions.get(number) ?? found;
}
