/** A shard whose calls are about to run, and what they came to. */
import type { ClassRegistry } from "../codec/classes.js";
import type { ShardRequest } from "../wire/messages.js";
import type { CallResult, ShardResult } from "../wire/result.js";
import type { ShardContext } from "./call-context.js";
import type { CallInput } from "./resolve-inputs.js";
import type { WorkerRuntime } from "./runtime.js";
import type { PreparedJob } from "./setups.js";

export interface ShardRun {
  request: ShardRequest;
  job: PreparedJob;
  inputs: readonly CallInput[];
  /** Of the library's own, which travel with no function. */
  classes: ClassRegistry;
  context: ShardContext;
  /** Unix time at which the worker began with the shard, ms. */
  startedAt: number;
  /** Called before each call. Throws when the job is known to be cancelled. */
  beforeCall: () => void;
  runtime: WorkerRuntime;
}

export interface Ran extends Pick<ShardResult, "output"> {
  /** By position in the shard; those that are undefined, or missing at the end, are left to run. */
  calls: readonly (CallResult | undefined)[];
  /** Those of them that had begun, by position, with the number of their next try. Each is to run alone. */
  begun?: ReadonlyMap<number, number>;
}
