/** How Lambda invokes the function: without tries of its own, and with concurrency set aside if asked for. */
import { SECOND_MS } from "../util/time.js";
import { isNamed } from "./aws-error.js";
import type { Context } from "./context.js";
import { findFunction } from "./function.js";
import { whenFree } from "./function-state.js";
import type { Step } from "./step.js";

/** The host notices a shard that is lost, and tries it again itself; Lambda's own tries would only run it twice. */
const MAXIMUM_RETRY_ATTEMPTS = 0;

/**
 * Time beyond that of the function for which a host waits for a shard at most, s: a minute to start, and the 15 of the option `maxThrottleMs`. What is
 * queued for longer, which Lambda would keep for six hours, would run for nobody.
 */
const LONGEST_WAIT_S = 16 * 60;

export async function ensureEventSettings({ clients, config, names }: Context): Promise<Step> {
  const { alias } = config.lambda;
  // Those of the function itself do not hold for its aliases.
  const of = { FunctionName: names.functionName, ...(alias !== undefined && { Qualifier: alias }) };
  const resource = `event settings of ${names.invokedName}`;
  const MaximumEventAgeInSeconds = config.lambda.timeoutMs / SECOND_MS + LONGEST_WAIT_S;
  const wanted = { MaximumRetryAttempts: MAXIMUM_RETRY_ATTEMPTS, MaximumEventAgeInSeconds };
  const found = await findSettings(clients.lambda.getFunctionEventInvokeConfig(of));
  const isSame =
    found?.MaximumRetryAttempts === MAXIMUM_RETRY_ATTEMPTS &&
    found.MaximumEventAgeInSeconds === MaximumEventAgeInSeconds;
  if (isSame) return { resource, action: "unchanged", detail: "" };
  await whenFree(() => clients.lambda.putFunctionEventInvokeConfig({ ...of, ...wanted }));
  const detail = `no tries of Lambda's own; kept in its queue for ${MaximumEventAgeInSeconds} s`;
  return { resource, action: found === undefined ? "created" : "updated", detail };
}

interface EventSettings {
  MaximumRetryAttempts?: number | undefined;
  MaximumEventAgeInSeconds?: number | undefined;
}

/** Undefined when there are none, for which Lambda tries twice more, and for six hours. */
async function findSettings(asked: Promise<EventSettings>): Promise<EventSettings | undefined> {
  try {
    return await asked;
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
