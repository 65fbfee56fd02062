/** The alias by which jobs name the function, the version behind it, and the workers that are kept started there. */
import type { AliasConfiguration } from "@aws-sdk/client-lambda";
import { DeployError } from "../errors.js";
import { isNamed, unlessNamed } from "./aws-error.js";
import type { Context } from "./context.js";
import { DESCRIPTION, differences } from "./function-settings.js";
import { awaitReady, whenFree } from "./function-state.js";
import { PROVISIONING_PATIENCE, poll } from "./patience.js";
import type { Step } from "./step.js";

const NO_PROVISIONED = "ProvisionedConcurrencyConfigNotFoundException";

/** Publishes a version where the function has changed, leads the alias to it, and removes aliases that an earlier configuration named. */
export async function ensureAlias(context: Context): Promise<Step> {
  const { alias } = context.config.lambda;
  const resource = `alias of ${context.names.functionName}`;
  const found = await ownAliases(context);
  const old = found.filter(({ Name }) => Name !== alias);
  for (const { Name = "" } of old) await removeAlias(context, Name);
  const removed = old.map(({ Name }) => `removed ${Name}`);
  if (alias === undefined)
    return { resource, action: old.length > 0 ? "deleted" : "unchanged", detail: removed.join(", ") || "none" };
  const before = await findAlias(context, alias);
  const moved = (await isCurrent(context, before)) ? [] : [await publish(context, alias, before)];
  const changes = [...moved, ...(await ensureProvisioned(context, alias)), ...removed];
  const action = before === undefined ? "created" : changes.length > 0 ? "updated" : "unchanged";
  return { resource, action, detail: [alias, ...changes].join(", ") };
}

async function ownAliases({ clients, names }: Context): Promise<AliasConfiguration[]> {
  const { Aliases = [] } = await clients.lambda.listAliases({ FunctionName: names.functionName });
  return Aliases.filter(({ Description }) => Description === DESCRIPTION);
}

async function findAlias({ clients, names }: Context, Name: string): Promise<AliasConfiguration | undefined> {
  try {
    return await clients.lambda.getAlias({ FunctionName: names.functionName, Name });
  } catch (error) {
    if (isNamed(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

/** Whether the alias's version is as the function is now. */
async function isCurrent(context: Context, alias: AliasConfiguration | undefined): Promise<boolean> {
  if (alias?.FunctionVersion === undefined) return false;
  const { clients, names } = context;
  const FunctionName = names.functionName;
  const [version, latest] = await Promise.all([
    clients.lambda.getFunctionConfiguration({ FunctionName, Qualifier: alias.FunctionVersion }),
    clients.lambda.getFunctionConfiguration({ FunctionName }),
  ]);
  return version.CodeSha256 === latest.CodeSha256 && differences(context, version).length === 0;
}

/** What was changed, in words. */
async function publish(context: Context, Name: string, before: AliasConfiguration | undefined): Promise<string> {
  const { clients, names } = context;
  const FunctionName = names.functionName;
  const { Version: FunctionVersion = "" } = await whenFree(() => clients.lambda.publishVersion({ FunctionName }));
  await awaitReady(context, FunctionVersion);
  const alias = { FunctionName, Name, FunctionVersion, Description: DESCRIPTION };
  if (before) await clients.lambda.updateAlias(alias);
  // A request whose answer was lost is sent again by the SDK.
  else await unlessNamed(clients.lambda.createAlias(alias), "ResourceConflictException");
  return `version ${FunctionVersion}`;
}

/** What was changed, in words. */
async function ensureProvisioned(context: Context, Qualifier: string): Promise<string[]> {
  const { clients, config, names, onWait } = context;
  const of = { FunctionName: names.functionName, Qualifier };
  const wanted = config.lambda.provisionedConcurrency;
  const found = (await findProvisioned(context, Qualifier))?.RequestedProvisionedConcurrentExecutions;
  if (found === wanted) return [];
  if (wanted === undefined) {
    await removeProvisioned(context, Qualifier);
    return ["no workers kept started"];
  }
  const put = { ...of, ProvisionedConcurrentExecutions: wanted };
  await whenFree(() => clients.lambda.putProvisionedConcurrencyConfig(put));
  onWait(`until Lambda has started ${wanted} workers  (minutes, for many)`);
  await awaitProvisioned(context, Qualifier);
  return [`${wanted} workers kept started`];
}

async function awaitProvisioned(context: Context, alias: string): Promise<void> {
  const isReady = await poll(PROVISIONING_PATIENCE, async () => {
    const { Status, StatusReason } = (await findProvisioned(context, alias)) ?? {};
    if (Status !== "FAILED") return Status === "READY" ? true : undefined;
    throw new DeployError(
      `Lambda could not start the workers of lambda.provisionedConcurrency: ${StatusReason}. Lower the number, or ask AWS for more concurrency.`,
    );
  });
  if (isReady) return;
  throw new DeployError(
    `Lambda had not started the workers of lambda.provisionedConcurrency after ${PROVISIONING_PATIENCE.limitMs / 1000} s. It goes on doing so: \`npx nodewren doctor\` tells.`,
  );
}

interface OfFunction {
  clients: Pick<Context["clients"], "lambda">;
  names: { functionName: string };
}

/** Undefined when there is none. */
export async function findProvisioned({ clients, names }: OfFunction, Qualifier: string) {
  try {
    return await clients.lambda.getProvisionedConcurrencyConfig({ FunctionName: names.functionName, Qualifier });
  } catch (error) {
    if (isNamed(error, NO_PROVISIONED)) return undefined;
    throw error;
  }
}

async function removeAlias(context: Context, Name: string): Promise<void> {
  await removeProvisioned(context, Name);
  await context.clients.lambda.deleteAlias({ FunctionName: context.names.functionName, Name });
}

/** Nothing happens where there is none, or no such alias. */
export async function removeProvisioned({ clients, names }: Context, Qualifier: string): Promise<void> {
  const gone = clients.lambda.deleteProvisionedConcurrencyConfig({ FunctionName: names.functionName, Qualifier });
  await unlessNamed(gone, NO_PROVISIONED, "ResourceNotFoundException");
}
