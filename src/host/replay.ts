/** Runs one stored call in this process. */
import { pathToFileURL } from "node:url";
import { OptionError, StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { ownRequire } from "../util/own-file.js";
import type { JobRecord, Segment } from "../wire/job-record.js";
import { jobKey } from "../wire/keys.js";
import type { Shard, ShardRequest } from "../wire/messages.js";
import { WIRE_VERSION } from "../wire/version.js";
import { type JobRun, type JobSettings, newTask } from "./job-run.js";
import { readRecord } from "./read-record.js";
import { requestOf } from "./request.js";
import { environmentOf } from "./resume.js";
import type { SegmentInputs } from "./segment-inputs.js";

export interface ReplayedCall {
  store: Store;
  jobId: string;
  index: number;
  /** Values of environment variables; those that are not there are taken from this process. */
  env?: JobSettings["env"];
  /** Whether a debugger that is attached stops before the function is called. Default `false`. */
  stops?: boolean;
}

/** Of the entry that has the worker's code, which the host does not load for anything else. */
interface Entry {
  replay(call: { request: ShardRequest; index: number; store: Store; stops: boolean }): Promise<unknown>;
}

/**
 * Settles as the user's function does. Rejects with `StoreError` when the store has no such job any more, and with `OptionError`
 * when the job has no such call, or an environment variable is missing.
 */
export async function replayCall({ store, jobId, index, env, stops = false }: ReplayedCall): Promise<unknown> {
  const record = await recordOf(store, jobId);
  const segment = record.segments.findIndex((one) => shardOfCall(one, index) !== undefined);
  if (segment < 0)
    throw new OptionError("index", `Job ${jobId} has the calls 0 to ${record.calls - 1}, and no call ${index}.`);
  return replayHere({ request: requestOfRecord(record, { segment, index }, store, env), index, store, stops });
}

/** As `replayCall`, for a job of this host's own: where it holds the inputs, they need not be stored. */
export async function replayOwnCall(run: JobRun, index: number): Promise<unknown> {
  const { store, jobId, inputs, settings } = run;
  if (!inputs?.held) return replayCall({ store, jobId, index, env: settings.env });
  return replayHere({ request: requestOfRun(run, inputs), index, store, stops: false });
}

async function replayHere(call: Parameters<Entry["replay"]>[0]): Promise<unknown> {
  const entry = ownRequire.resolve("nodewren/replay");
  const { replay } = (await import(pathToFileURL(entry).href)) as Entry;
  return replay(call);
}

async function recordOf(store: Store, jobId: string): Promise<JobRecord> {
  const key = jobKey(jobId);
  if (await store.get(key)) return readRecord(store, jobId);
  throw new StoreError(
    `The store holds no job ${jobId}, so none of its calls can be run again. A temporary store keeps of large jobs only the last ones of which calls failed, and of streams none; give the executor a store of its own, such as store: "runs".`,
    { key },
  );
}

/** For all calls of the job at once, with their inputs. */
function requestOfRun(run: JobRun, segment: SegmentInputs): ShardRequest {
  const shard = { name: "", first: 0, count: segment.calls, byteStart: 0, byteEnd: segment.bytes };
  return { ...requestOf(run, newTask({ shard, segment })), ...UNLIMITED, inputs: segment.held };
}

const UNLIMITED = {
  version: WIRE_VERSION,
  attemptId: "replay",
  attempt: 1,
  timeoutMs: undefined,
  memoryMb: undefined,
  storePatienceMs: 0,
};

function shardOfCall({ shards }: Segment, index: number): Shard | undefined {
  return shards.find(({ first, count }) => index >= first && index < first + count);
}

function requestOfRecord(
  record: JobRecord,
  { segment, index }: { segment: number; index: number },
  store: Store,
  env: JobSettings["env"],
): ShardRequest {
  const found = record.segments[segment] as Segment;
  const { jobId, functionDigest, setupDigests, packagesDigest, packagesRoot, retries, fold, shuffle } = record;
  return {
    ...UNLIMITED,
    store: store.descriptor,
    jobId,
    functionDigest,
    setupDigests,
    packagesDigest: packagesDigest ?? undefined,
    packagesRoot: packagesRoot ?? undefined,
    shard: shardOfCall(found, index) as Shard,
    segment,
    inputsBytes: found.inputsBytes,
    fold: fold ?? undefined,
    shuffle: shuffle ?? undefined,
    retries,
    env: environmentOf(record, env ?? {}),
  };
}
