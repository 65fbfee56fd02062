/** How Lambda invokes the function: without tries of its own, and with concurrency set aside if asked for. */
import { isNamed } from "./aws-error.js";
import type { Context } from "./context.js";
import { findFunction } from "./function.js";
import { whenFree } from "./function-state.js";
import type { Step } from "./step.js";

/** The host notices a shard that is lost, and tries it again itself; Lambda's own tries would only run it twice. */
const MAXIMUM_RETRY_ATTEMPTS = 0;

export async function ensureNoRetries({ clients, names }: Context): Promise<Step> {
  const FunctionName = names.functionName;
  const resource = `event settings of ${FunctionName}`;
  const found = await findRetries(clients.lambda.getFunctionEventInvokeConfig({ FunctionName }));
  if (found === MAXIMUM_RETRY_ATTEMPTS) return { resource, action: "unchanged", detail: "" };
  await whenFree(() =>
    clients.lambda.putFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: MAXIMUM_RETRY_ATTEMPTS }),
  );
  return { resource, action: found === undefined ? "created" : "updated", detail: "no tries of Lambda's own" };
}

/** Undefined when there are no settings, for which Lambda tries twice more. */
async function findRetries(asked: Promise<{ MaximumRetryAttempts?: number | undefined }>): Promise<number | undefined> {
  try {
    return (await asked).MaximumRetryAttempts;
  } catch (error) {
    if (isNamed(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

/** Makes the function's reserved concurrency what the configuration says, which may be none. */
export async function ensureConcurrency(context: Context): Promise<Step> {
  const { clients, config, names } = context;
  const FunctionName = names.functionName;
  const resource = `reserved concurrency of ${FunctionName}`;
  const found = (await findFunction(context))?.Concurrency?.ReservedConcurrentExecutions;
  const wanted = config.lambda.reservedConcurrency;
  if (found === wanted)
    return { resource, action: "unchanged", detail: wanted === undefined ? "none" : String(wanted) };
  if (wanted === undefined) {
    await whenFree(() => clients.lambda.deleteFunctionConcurrency({ FunctionName }));
    return { resource, action: "deleted", detail: `was ${found}` };
  }
  await whenFree(() => clients.lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: wanted }));
  return { resource, action: found === undefined ? "created" : "updated", detail: String(wanted) };
}
