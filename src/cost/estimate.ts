/** What a job is expected to take and to cost, before it runs. */
import type { Cost } from "./cost.js";
import { describeEstimate } from "./estimate-text.js";

/** What is expected, and between which bounds it is likely to be. */
export interface Range {
  expected: number;
  low: number;
  high: number;
}

export class Estimate {
  readonly calls: number;
  readonly shards: number;
  /** Workers that the job would have at once. */
  readonly workers: number;
  /** Run time of a call, ms; of calls that were measured, the mean with its interval of 95 % confidence. */
  readonly callMs: Range;
  /** Calls that were measured for that; 0 where it was given. */
  readonly measured: number;
  /** From the first shard to the last result, ms: the lower bound with workers that are warm. */
  readonly wallMs: Range;
  /** Longest that a shard would take, ms. */
  readonly longestShardMs: number;
  /** In USD, likewise; undefined where nobody knows what workers cost. */
  readonly usd: Range | undefined;
  /** What is expected, in detail. */
  readonly cost: Cost;
  /** What was taken for granted. */
  readonly notes: readonly string[];

  /** @internal Estimates come from `executor.estimate()`. */
  constructor(fields: Omit<Estimate, "toString">) {
    this.calls = fields.calls;
    this.shards = fields.shards;
    this.workers = fields.workers;
    this.callMs = fields.callMs;
    this.measured = fields.measured;
    this.wallMs = fields.wallMs;
    this.longestShardMs = fields.longestShardMs;
    this.usd = fields.usd;
    this.cost = fields.cost;
    this.notes = fields.notes;
  }

  toString(): string {
    return describeEstimate(this);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
