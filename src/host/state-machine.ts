/**
 * A stored job as a state machine of AWS Step Functions: Amazon States Language (states-language.net/spec.html), with paths in JSONPath. What
 * a host's dispatcher does for a shard, states do: hand it out, wait for throttles, try again what was lost.
 */
import { OptionError } from "../errors.js";
import { DEFAULT_STORE_PATIENCE_MS } from "../options.js";
import type { Store } from "../stores/store.js";
import type { JobRecord } from "../wire/job-record.js";
import type { ShardRequest } from "../wire/messages.js";
import { WIRE_VERSION } from "../wire/version.js";
import { readRecord } from "./read-record.js";
import { environmentOf } from "./resume.js";

/** Iterations of an inline Map state that run at once (AWS documentation, "Map workflow state"). */
export const INLINE_MAP_CONCURRENCY = 40;

/** An execution's history ends with 25,000 events (AWS documentation, "Step Functions service quotas"), of which a shard makes 11, or more. */
const MAX_SHARDS = 1000;

/** JSON that states may hand on, bytes (the same page: 256 KiB), with room for what comes with it. */
const MAX_STATE_BYTES = 240 * 1024;

/** Pause before another try at a shard whose worker was lost or refused, s. */
const AGAIN_S = 2;

/** Errors of Lambda that pass (AWS documentation, "Handling error conditions in Step Functions"), throttles among them. */
const PASSING = [
  "Lambda.TooManyRequestsException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
];

/** Tries for about a quarter of an hour, as a host makes. */
const RETRY = {
  ErrorEquals: PASSING,
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxDelaySeconds: 60,
  MaxAttempts: 20,
  JitterStrategy: "FULL",
};

export interface StateMachineOptions {
  /** The deployed function, as `LambdaBackend` takes it. Default: the executor's, or the configuration's. */
  functionName?: string | undefined;
  /** Shards that run at once, up to the 40 that Step Functions allow. Default: as many as they allow. */
  maxConcurrency?: number | undefined;
  /** Values of the job's environment variables, which are in no store. Default: those of this process. */
  env?: Readonly<Record<string, string>> | undefined;
}

/** A definition, as `CreateStateMachine` takes it in JSON. Its input does not matter. */
export interface StateMachine {
  Comment: string;
  StartAt: string;
  States: Record<string, object>;
}

/** Rejects with `OptionError` and `StoreError`. */
export async function stateMachineOf(
  store: Store,
  jobId: string,
  { functionName, maxConcurrency, env = {} }: StateMachineOptions,
): Promise<StateMachine> {
  if (functionName === undefined)
    throw new OptionError(
      "functionName",
      "A state machine needs the name of the deployed function: give functionName.",
    );
  if (maxConcurrency !== undefined && !(Number.isInteger(maxConcurrency) && maxConcurrency >= 1))
    throw new OptionError(
      "maxConcurrency",
      `Option maxConcurrency must be an integer of at least 1, but is ${maxConcurrency}.`,
    );
  const record = await readRecord(store, jobId);
  const shards = shardItems(record);
  checkFit(store, record, shards);
  const payload = requestTemplate(store, record, env);
  return {
    Comment: `Job ${jobId} of nodewren${record.functionName && `: ${record.functionName}`}, ${record.calls} calls`,
    StartAt: "Shards",
    States: {
      Shards: { Type: "Pass", Result: shards, Next: "Map" },
      Map: {
        Type: "Map",
        ...(maxConcurrency !== undefined && { MaxConcurrency: maxConcurrency }),
        ItemProcessor: {
          ProcessorConfig: { Mode: "INLINE" },
          ...shardStates({ FunctionName: functionName, Payload: payload }, record.maxAttempts),
        },
        Next: "Collect",
      },
      Collect: {
        Type: "Pass",
        Parameters: { "someAreLeft.$": "States.ArrayContains($[*].isLeft, true)" },
        Next: "All done?",
      },
      "All done?": {
        Type: "Choice",
        Choices: [{ Variable: "$.someAreLeft", BooleanEquals: true, Next: "Some are left" }],
        Default: "Done",
      },
      "Some are left": {
        Type: "Fail",
        Error: "Nodewren.ShardsLeft",
        Cause: `Some shards could not be run. To run what has no result: nodewren jobs resume ${jobId}`,
      },
      Done: { Type: "Succeed" },
    },
  };
}

interface ShardItem extends Pick<ShardRequest, "shard" | "segment" | "inputsBytes" | "attempt"> {}

function shardItems({ segments }: JobRecord): ShardItem[] {
  return segments.flatMap(({ shards, inputsBytes }, segment) =>
    shards.map((shard) => ({ shard, segment, inputsBytes, attempt: 1 })),
  );
}

function checkFit(store: Store, record: JobRecord, shards: readonly ShardItem[]): void {
  const { jobId, packagesRoot, limitPerSecond, isStream } = record;
  if (store.reach !== "network")
    throw new OptionError("store", `Job ${jobId} is in a store of this machine, which workers on Lambda cannot reach.`);
  if (packagesRoot === null)
    throw new OptionError(
      "backend",
      `Job ${jobId} was made for workers of this machine: packages do not travel with it. Prepare it with backend: "lambda".`,
    );
  if (isStream)
    throw new OptionError(
      "inputs",
      `The inputs of job ${jobId} came bit by bit, as it ran. Prepare one with all of its inputs.`,
    );
  if (limitPerSecond !== null)
    throw new OptionError(
      "limitPerSecond",
      `Job ${jobId} has a limitPerSecond, which a state machine cannot keep. Leave it out.`,
    );
  if (shards.length <= MAX_SHARDS && JSON.stringify(shards).length <= MAX_STATE_BYTES) return;
  throw new OptionError(
    "callsPerShard",
    `Job ${jobId} has ${shards.length} shards, and Step Functions take ${MAX_SHARDS} at most in one execution. Make fewer of them with the option callsPerShard.`,
  );
}

/** What is the same for all shards, and where the others have theirs from. */
function requestTemplate(store: Store, record: JobRecord, env: NonNullable<StateMachineOptions["env"]>): object {
  const { jobId, functionDigest, setupDigests, packagesDigest, packagesRoot, concurrentCalls, memoryMb } = record;
  const common: Omit<ShardRequest, keyof ShardItem | "attemptId"> = {
    version: WIRE_VERSION,
    store: store.descriptor,
    jobId,
    functionDigest,
    setupDigests: setupDigests.length > 0 ? setupDigests : undefined,
    packagesDigest: packagesDigest ?? undefined,
    packagesRoot: packagesRoot ?? undefined,
    retries: record.retries,
    fold: record.fold ?? undefined,
    delivery: record.delivery ?? undefined,
    concurrentCalls: concurrentCalls > 1 ? concurrentCalls : undefined,
    timeoutMs: record.timeoutMs ?? undefined,
    memoryMb: memoryMb[0],
    storePatienceMs: DEFAULT_STORE_PATIENCE_MS,
    env: environmentOf(record, env),
    // Results stay in the store: with them, answers would be more than states may hand on.
    leavesNote: true,
  };
  return {
    ...JSON.parse(JSON.stringify(common)),
    "shard.$": "$.shard",
    "segment.$": "$.segment",
    "inputsBytes.$": "$.inputsBytes",
    "attempt.$": "$.attempt",
    "attemptId.$": "States.UUID()",
  };
}

/** One shard: one that is lost or refused is tried again, and one that fails for good does not end the others. */
function shardStates(invocation: object, maxAttempts: number): { StartAt: string; States: Record<string, object> } {
  const item = { "shard.$": "$.shard", "segment.$": "$.segment", "inputsBytes.$": "$.inputsBytes" };
  return {
    StartAt: "Run",
    States: {
      Run: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: invocation,
        Retry: [RETRY],
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Try again?" }],
        ResultPath: "$.answer",
        Next: "Run by the worker?",
      },
      "Run by the worker?": {
        Type: "Choice",
        Choices: [{ Variable: "$.answer.Payload.answer", IsPresent: true, Next: "Stored" }],
        Default: "Try again?",
      },
      "Try again?": {
        Type: "Choice",
        Choices: [{ Variable: "$.attempt", NumericLessThan: maxAttempts, Next: "Wait" }],
        Default: "Left",
      },
      Wait: { Type: "Wait", Seconds: AGAIN_S, Next: "Count" },
      Count: { Type: "Pass", Parameters: { ...item, "attempt.$": "States.MathAdd($.attempt, 1)" }, Next: "Run" },
      Stored: { Type: "Pass", Parameters: { "shard.$": "$.shard.name", isLeft: false }, End: true },
      Left: { Type: "Pass", Parameters: { "shard.$": "$.shard.name", isLeft: true }, End: true },
    },
  };
}
