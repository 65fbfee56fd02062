/**
 * What the report page and the plots show of a job. Plain data: calls and shards are columns of numbers, as there may be 100,000
 * of them. Moments are µs after the job's `map()`, by the clock of the host that reports.
 */

/** An entry in each column for each shard that has ended, in the order in which they became known. */
export interface ShardColumns {
  name: string[];
  /** Index in `workers`. */
  worker: number[];
  /** Index of its first call. */
  first: number[];
  calls: number[];
  /** When its worker began with it. */
  started: number[];
  /** When its result was stored. */
  stored: number[];
  /** To fetch and prepare function and inputs, µs. */
  fetch: number[];
  /** In the job's setup, µs. */
  setup: number[];
}

/** An entry in `start`, `run` and `cpu` for each call, shard after shard. */
export interface CallColumns {
  /** After the start of its shard, µs. */
  start: number[];
  /** µs. */
  run: number[];
  /** CPU time, µs; null where its worker did not tell. */
  cpu: (number | null)[];
  /** Places of those that gave no value. */
  failed: number[];
  /** Place and number of tries of each call that was tried more than once: one pair after the other. */
  tries: number[];
}

/** What is known of one call beside its times. Texts are cut. */
export interface CallPreview {
  index: number;
  input?: string | undefined;
  value?: string | undefined;
  error?: string | undefined;
  /** What it wrote to stdout and stderr. */
  output?: string | undefined;
}

/** Calls that failed in the same way. */
export interface FailureKind {
  /** The error's `code`. */
  code: string;
  /** Class of what the function threw, or of our own error. */
  name: string;
  message: string;
  /** Frames of the user's code; "" where there are none. */
  stack: string;
  count: number;
  /** Indices of the first of them. */
  calls: number[];
}

/** A number of the report, as text. */
export interface Fact {
  label: string;
  value: string;
  /** What it means. */
  hint: string;
}

export interface Timings {
  workers: string[];
  shards: ShardColumns;
  calls: CallColumns;
}

export interface ReportData extends Timings {
  jobId: string;
  /** Name of the function, or where it was mapped; "" where neither is known. */
  functionName: string;
  /** Unix time of the `map()`, ms. */
  submittedAt: number;
  /** From the `map()` to the last result known, ms. */
  wallMs: number;
  /** Calls that are known of, how many of them have settled, and how many failed. */
  total: number;
  done: number;
  failed: number;
  /** Whether no more will come. */
  isOver: boolean;
  /** Whether nobody seems to drive it any more, so that no more comes until somebody resumes it. */
  isLeft: boolean;
  /** What part of the run times is work: run times also count waits for a core. */
  workShare: number;
  workersAtOnce: number;
  facts: Fact[];
  /** Sentences about the job as a whole. */
  notes: string[];
  failures: FailureKind[];
  previews: CallPreview[];
}

/** What the page is given. */
export interface PageData {
  report: ReportData;
  /** Whether it asks the server that it came from for more. */
  isLive: boolean;
}
