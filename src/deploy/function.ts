/** The function that runs the worker: made once, then changed only where it differs. */
import type { GetFunctionResponse } from "@aws-sdk/client-lambda";
import { DeployError } from "../errors.js";
import { isNamed, unlessNamed } from "./aws-error.js";
import type { Code, Context } from "./context.js";
import { configurationOf, differences } from "./function-settings.js";
import { awaitReady, whenFree } from "./function-state.js";
import { OWNER_TAG } from "./names.js";
import { ROLE_PATIENCE, retryWhile } from "./patience.js";
import { NOT_OURS, NOT_THERE, type Step } from "./step.js";
import { missingTags, ownTags } from "./tags.js";

export async function ensureFunction(context: Context, code: Code): Promise<Step> {
  const resource = `function ${context.names.functionName}`;
  const found = await findFunction(context);
  if (!found && (await createFunction(context, code)))
    return { resource, action: "created", detail: `${code.bytes.byteLength} bytes of code` };
  const existing = found ?? (await findFunction(context)) ?? {};
  checkOurs(existing, context);
  const changed = await updateFunction(context, code, existing);
  return { resource, action: changed.length > 0 ? "updated" : "unchanged", detail: changed.join(", ") };
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
async function createFunction(context: Context, code: Code): Promise<boolean> {
  const { clients, config } = context;
  const create = () =>
    clients.lambda.createFunction({
      ...configurationOf(context),
      Architectures: [config.lambda.architecture],
      PackageType: "Zip",
      Code: { ZipFile: code.bytes },
      Tags: ownTags(config),
    });
  const created = retryWhile(isRoleNotYetKnown, ROLE_PATIENCE, create);
  if (!(await unlessNamed(created, "ResourceConflictException"))) return false;
  await awaitReady(context);
  return true;
}

/** IAM says that the role is there some seconds before Lambda can use it. */
function isRoleNotYetKnown(error: unknown): boolean {
  return isNamed(error, "InvalidParameterValueException") && /cannot be assumed/.test((error as Error).message);
}

/** Code first: the variables that tell its release must not run ahead of it. */
async function updateFunction(context: Context, code: Code, found: GetFunctionResponse): Promise<string[]> {
  const { clients, config, names } = context;
  const FunctionName = names.functionName;
  const changed: string[] = [];
  const { CodeSha256, Architectures = ["x86_64"] } = found.Configuration ?? {};
  await awaitReady(context);
  if (CodeSha256 !== code.sha256 || Architectures[0] !== config.lambda.architecture) {
    const update = { FunctionName, ZipFile: code.bytes, Architectures: [config.lambda.architecture] };
    await whenFree(() => clients.lambda.updateFunctionCode(update));
    await awaitReady(context);
    changed.push(`code, ${code.bytes.byteLength} bytes`);
  }
  const different = differences(context, found.Configuration ?? {});
  if (different.length > 0) {
    const update = () => whenFree(() => clients.lambda.updateFunctionConfiguration(configurationOf(context)));
    await retryWhile(isRoleNotYetKnown, ROLE_PATIENCE, update);
    await awaitReady(context);
    changed.push(...different);
  }
  const tags = missingTags(ownTags(config), found.Tags ?? {});
  if (Object.keys(tags).length > 0) {
    await clients.lambda.tagResource({ Resource: names.functionArn, Tags: tags });
    changed.push("tags");
  }
  return changed;
}

/** Its settings for events and its concurrency go with it. */
export async function removeFunction(context: Context): Promise<Step> {
  const { clients, names } = context;
  const resource = `function ${names.functionName}`;
  const found = await findFunction(context);
  if (!found) return { resource, action: "unchanged", detail: NOT_THERE };
  if (!isOurs(found, context)) return { resource, action: "unchanged", detail: NOT_OURS };
  const gone = whenFree(() => clients.lambda.deleteFunction({ FunctionName: names.functionName }));
  await unlessNamed(gone, "ResourceNotFoundException");
  return { resource, action: "deleted", detail: "" };
}
