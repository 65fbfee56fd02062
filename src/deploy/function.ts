/** The function that runs the worker: made once, then changed only where it differs. */
import type { GetFunctionResponse } from "@aws-sdk/client-lambda";
import { DeployError } from "../errors.js";
import { removeProvisioned } from "./alias.js";
import { isNamed, unlessNamed } from "./aws-error.js";
import type { Code, Context } from "./context.js";
import { configurationOf, differences } from "./function-settings.js";
import { awaitReady, whenFree } from "./function-state.js";
import { OWNER_TAG, ROLE_TAG } from "./names.js";
import { FUNCTION_PATIENCE, poll } from "./patience.js";
import type { DeployedRole } from "./role.js";
import { whenRoleIsKnown } from "./role-wait.js";
import { NOT_OURS, NOT_THERE, type Step } from "./step.js";
import { missingTags, ownTags } from "./tags.js";

export async function ensureFunction(context: Context, code: Code, role: DeployedRole): Promise<Step> {
  const resource = `function ${context.names.functionName}`;
  const tags = { ...ownTags(context.config), ...(role.id !== undefined && { [ROLE_TAG]: role.id }) };
  const found = await findFunction(context);
  if (!found && (await createFunction(context, code, tags))) return { resource, action: "created", detail: code.about };
  const existing = found ?? (await findFunction(context)) ?? {};
  checkOurs(existing, context);
  const why = whyAnew(existing, context, code, role);
  if (why !== undefined) {
    await deleteFunction(context);
    await createFunction(context, code, tags);
    return { resource, action: "created", detail: `anew, as ${why}; ${code.about}` };
  }
  const changed = await updateFunction(context, code, existing, tags);
  return { resource, action: changed.length > 0 ? "updated" : "unchanged", detail: changed.join(", ") };
}

/** Undefined where the function can be changed into what is wanted. */
function whyAnew(found: GetFunctionResponse, context: Context, code: Code, role: DeployedRole): string | undefined {
  if (hasLostItsRole(found, context, role)) return "its role was deleted and made again";
  const { PackageType = "Zip" } = found.Configuration ?? {};
  return PackageType === packageTypeOf(code) ? undefined : `it ran ${PackageType === "Zip" ? "no" : "an"} image`;
}

function packageTypeOf({ source }: Code): "Image" | "Zip" {
  return "ImageUri" in source ? "Image" : "Zip";
}

/**
 * Whether its role was deleted and made again, under the same ARN. The function cannot read its variables then, since the right to do so was the old
 * role's; no update gives it to the new one unless it names another role (reports on terraform-provider-aws and serverless).
 */
function hasLostItsRole(
  { Configuration, Tags = {} }: GetFunctionResponse,
  { names }: Context,
  role: DeployedRole,
): boolean {
  if (role.id === undefined || Configuration?.Role !== names.roleArn) return false;
  const known = Tags[ROLE_TAG];
  return known === undefined ? role.isNew : known !== role.id;
}

/** Everything about the function in one request; undefined when there is none. */
export async function findFunction({ clients, names }: Context): Promise<GetFunctionResponse | undefined> {
  try {
    return await clients.lambda.getFunction({ FunctionName: names.functionName });
  } catch (error) {
    if (isNamed(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

function isOurs({ Tags = {} }: GetFunctionResponse, { names }: Context): boolean {
  return Tags[OWNER_TAG] === names.functionName;
}

function checkOurs(found: GetFunctionResponse, context: Context): void {
  if (isOurs(found, context)) return;
  throw new DeployError(
    `The function ${context.names.functionName} exists, but was not made by nodewren. Choose another lambda.functionName, or delete that function.`,
  );
}

/** False when it exists after all: a request whose answer was lost is sent again by the SDK. */
async function createFunction(context: Context, code: Code, Tags: Record<string, string>): Promise<boolean> {
  const { clients, config } = context;
  const create = () =>
    clients.lambda.createFunction({
      ...configurationOf(context),
      Architectures: [config.lambda.architecture],
      PackageType: packageTypeOf(code),
      Code: code.source,
      Tags,
    });
  const created = whenRoleIsKnown(context, create);
  if (!(await unlessNamed(created, "ResourceConflictException"))) return false;
  await awaitReady(context);
  return true;
}

/** Code first: the variables that tell its release must not run ahead of it. */
async function updateFunction(
  context: Context,
  code: Code,
  found: GetFunctionResponse,
  wantedTags: Record<string, string>,
): Promise<string[]> {
  const { clients, config, names } = context;
  const FunctionName = names.functionName;
  const changed: string[] = [];
  const { CodeSha256, Architectures = ["x86_64"] } = found.Configuration ?? {};
  await awaitReady(context);
  if (CodeSha256 !== code.sha256 || Architectures[0] !== config.lambda.architecture) {
    const update = { FunctionName, ...code.source, Architectures: [config.lambda.architecture] };
    await whenFree(() => clients.lambda.updateFunctionCode(update));
    await awaitReady(context);
    changed.push(code.about);
  }
  const different = differences(context, found.Configuration ?? {});
  if (different.length > 0) {
    const update = () => whenFree(() => clients.lambda.updateFunctionConfiguration(configurationOf(context)));
    await whenRoleIsKnown(context, update);
    await awaitReady(context);
    changed.push(...different);
  }
  const tags = missingTags(wantedTags, found.Tags ?? {});
  if (Object.keys(tags).length > 0) {
    await clients.lambda.tagResource({ Resource: names.functionArn, Tags: tags });
    changed.push("tags");
  }
  return changed;
}

/** Its versions and aliases, its settings for events and its concurrency go with it. */
export async function removeFunction(context: Context): Promise<Step> {
  const { names } = context;
  const resource = `function ${names.functionName}`;
  const found = await findFunction(context);
  if (!found) return { resource, action: "unchanged", detail: NOT_THERE };
  if (!isOurs(found, context)) return { resource, action: "unchanged", detail: NOT_OURS };
  const { alias } = context.config.lambda;
  if (alias !== undefined) await removeProvisioned(context, alias);
  await deleteFunction(context);
  return { resource, action: "deleted", detail: "" };
}

/** Resolves once its name is free again. */
async function deleteFunction(context: Context): Promise<void> {
  const { clients, names } = context;
  const gone = whenFree(() => clients.lambda.deleteFunction({ FunctionName: names.functionName }));
  await unlessNamed(gone, "ResourceNotFoundException");
  await poll(FUNCTION_PATIENCE, async () => ((await findFunction(context)) ? undefined : true));
}
