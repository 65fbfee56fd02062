/** How a function's events are retried, and reserved concurrency. */
import { constraint, invalidParameter, notFound } from "./api-error.js";
import { type ApiCall, type Handler, jsonBody } from "./call.js";
import { functionOf, reservedInAll } from "./functions.js";
import { jsonAnswer } from "./http.js";
import { EVENT_AGE_S, RETRY_ATTEMPTS, UNRESERVED_CONCURRENCY } from "./limits.js";
import { qualifierOf } from "./versions.js";

export interface EventConfig {
  MaximumRetryAttempts?: number;
  MaximumEventAgeInSeconds?: number;
  /** Seconds since the epoch. */
  LastModified: number;
}

/** Replaces what there was. */
export const putEventConfig: Handler = (call) => answerWith(call, readEventConfig(call));

export const updateEventConfig: Handler = (call) => answerWith(call, { ...configOf(call), ...readEventConfig(call) });

export const getEventConfig: Handler = (call) => answerWith(call, configOf(call));

export const deleteEventConfig: Handler = (call) => {
  configOf(call);
  functionOf(call).eventConfigs.delete(qualifierOf(call));
  return { status: 204 };
};

function configOf(call: ApiCall): EventConfig {
  const { eventConfigs, functionArn } = functionOf(call);
  const found = eventConfigs.get(qualifierOf(call));
  if (found) return found;
  throw notFound(`The function ${functionArn}:${qualifierOf(call)} doesn't have an EventInvokeConfig`);
}

function readEventConfig(call: ApiCall): EventConfig {
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age } = jsonBody(call);
  if (retries === undefined && age === undefined)
    throw invalidParameter("You must specify at least one of error handling or destination setting.");
  return {
    ...(retries !== undefined && { MaximumRetryAttempts: within("maximumRetryAttempts", retries, RETRY_ATTEMPTS) }),
    ...(age !== undefined && { MaximumEventAgeInSeconds: within("maximumEventAgeInSeconds", age, EVENT_AGE_S) }),
    LastModified: Date.now() / 1000,
  };
}

function answerWith(call: ApiCall, config: EventConfig) {
  const found = functionOf(call);
  found.eventConfigs.set(qualifierOf(call), config);
  return jsonAnswer(200, {
    ...config,
    FunctionArn: `${found.functionArn}:${qualifierOf(call)}`,
    DestinationConfig: {},
  });
}

function within(member: string, value: unknown, { min, max }: { min: number; max: number }): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw constraint(member, value, `Member must have value between ${min} and ${max}`);
}

export const putConcurrency: Handler = (call) => {
  const found = functionOf(call);
  const { ReservedConcurrentExecutions: wanted } = jsonBody(call);
  if (typeof wanted !== "number" || wanted < 0)
    throw constraint("reservedConcurrentExecutions", wanted, "Member must have value greater than or equal to 0");
  const { accountConcurrency } = call.account.settings;
  const free = Math.min(UNRESERVED_CONCURRENCY, accountConcurrency);
  if (wanted > 0 && accountConcurrency - reservedInAll(call.account, found) - wanted < free)
    throw invalidParameter(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${free}].`,
    );
  found.reservedConcurrency = wanted;
  return jsonAnswer(200, { ReservedConcurrentExecutions: wanted });
};

export const getConcurrency: Handler = (call) =>
  jsonAnswer(200, { ReservedConcurrentExecutions: functionOf(call).reservedConcurrency });

export const deleteConcurrency: Handler = (call) => {
  functionOf(call).reservedConcurrency = undefined;
  return { status: 204 };
};
