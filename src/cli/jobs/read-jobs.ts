/** What a store holds of jobs: read from its list and the jobs' records. */
import pLimit from "p-limit";
import { Bill } from "../../cost/bill.js";
import { readRecord } from "../../host/read-record.js";
import type { StoreRequests } from "../../stores/counted.js";
import type { Store } from "../../stores/store.js";
import { textOf } from "../../util/describe-value.js";
import type { JobRecord } from "../../wire/job-record.js";
import { cancelledKey, jobKey, readNoteName, resultsPrefix } from "../../wire/keys.js";
import { jobIdOf } from "../../wire/own-keys.js";
import { decodeResult } from "../../wire/read-result.js";
import type { ShardResult } from "../../wire/result.js";

/** Requests at once: most of a read's time is waiting. */
const READS_AT_ONCE = 16;

/** What the list alone tells. */
export interface JobFiles {
  jobId: string;
  objects: number;
  bytes: number;
  isCancelled: boolean;
  /** Names of result objects, pieces and split records among them. */
  results: string[];
}

export interface ListedJob extends JobFiles {
  /** Undefined when it is missing or cannot be read. */
  record: JobRecord | undefined;
  /** Why there is no record; empty when there is one. */
  problem: string;
}

export async function listJobs(store: Store): Promise<ListedJob[]> {
  const limit = pLimit(READS_AT_ONCE);
  const found: Promise<ListedJob>[] = [];
  for await (const files of filesOfJobs(store, "jobs/"))
    found.push(limit(async () => ({ ...files, ...(await recordOf(store, files.jobId)) })));
  const jobs = await Promise.all(found);
  return jobs.sort((a, b) => (a.record?.createdAt ?? 0) - (b.record?.createdAt ?? 0));
}

/** Undefined when the store has nothing of the job. */
export async function findJob(store: Store, jobId: string): Promise<ListedJob | undefined> {
  for await (const files of filesOfJobs(store, `jobs/${jobId}/`))
    return { ...files, ...(await recordOf(store, jobId)) };
  return undefined;
}

/** Keys come in order, so those of one job come together. */
async function* filesOfJobs(store: Store, prefix: string): AsyncGenerator<JobFiles> {
  let job: JobFiles | undefined;
  for await (const { key, bytes } of store.list(prefix)) {
    const jobId = jobIdOf(key);
    if (jobId === undefined) continue;
    if (job?.jobId !== jobId) {
      if (job) yield job;
      job = { jobId, objects: 0, bytes: 0, isCancelled: false, results: [] };
    }
    job.objects++;
    job.bytes += bytes;
    if (key === cancelledKey(jobId)) job.isCancelled = true;
    const name = key.startsWith(resultsPrefix(jobId)) ? key.slice(resultsPrefix(jobId).length) : undefined;
    if (name !== undefined && !readNoteName(name)) job.results.push(name);
  }
  if (job) yield job;
}

async function recordOf(store: Store, jobId: string): Promise<Pick<ListedJob, "record" | "problem">> {
  try {
    if (await store.get(jobKey(jobId))) return { record: await readRecord(store, jobId), problem: "" };
    return { record: undefined, problem: "has no record" };
  } catch (error) {
    return { record: undefined, problem: textOf(error) };
  }
}

/** How the calls of a job ended so far. */
export interface CallCounts {
  ok: number;
  failed: number;
  /** Result objects that cannot be read. */
  unreadable: number;
  /** Sum of the calls' run times, ms. */
  runMs: number;
  /** Of the workers, by their results. */
  bill: Bill;
  requests: StoreRequests;
}

const NONE: StoreRequests = { reads: 0, writes: 0, lists: 0 };

/** Reads every result object. */
export async function countCalls(store: Store, { jobId, results }: JobFiles): Promise<CallCounts> {
  const limit = pLimit(READS_AT_ONCE);
  const counts: CallCounts = { ok: 0, failed: 0, unreadable: 0, runMs: 0, bill: new Bill(), requests: { ...NONE } };
  const count = async (name: string) => {
    const result = await readResult(store, resultsPrefix(jobId) + name);
    if (!result) counts.unreadable++;
    if (result?.invocation) counts.bill.add(result.attemptId, result.invocation, false);
    const { reads, writes, lists } = result?.requests ?? NONE;
    counts.requests.reads += reads;
    counts.requests.writes += writes;
    counts.requests.lists += lists;
    for (const call of result?.calls ?? []) {
      counts[call.ok ? "ok" : "failed"]++;
      counts.runMs += call.runMs;
    }
  };
  await Promise.all(results.map((name) => limit(() => count(name))));
  return counts;
}

async function readResult(store: Store, key: string): Promise<ShardResult | undefined> {
  const bytes = await store.get(key);
  try {
    return bytes && decodeResult(bytes, key);
  } catch {
    return undefined;
  }
}
