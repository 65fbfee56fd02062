/**
 * The generic worker: fetches a shard's functions and inputs, sets the job up where that was not done, runs the calls, writes one
 * result.
 */
import { encode } from "../codec/codec.js";
import { VersionError } from "../errors.js";
import { itemClasses } from "../inputs/item-classes.js";
import { CountedStore } from "../stores/counted.js";
import { PatientStore } from "../stores/patient.js";
import type { Store } from "../stores/store.js";
import { now } from "../util/time.js";
import type { ShardPlace } from "../wire/call-place.js";
import type { Failure } from "../wire/failure.js";
import { resultKey } from "../wire/keys.js";
import type { Answer, ShardRequest } from "../wire/messages.js";
import { WIRE_VERSION } from "../wire/version.js";
import { applyEnv } from "./apply-env.js";
import type { ShardContext } from "./call-context.js";
import { callsAtOnce, runCallsAtOnce } from "./calls-at-once.js";
import { CancelWatch } from "./cancel-watch.js";
import { commit } from "./commit.js";
import { PartWriter } from "./delivery/store-part.js";
import { dividing } from "./divide.js";
import { noExecutor } from "./inner-executor.js";
import { resolveInputs } from "./resolve-inputs.js";
import { runCalls } from "./run-calls.js";
import { checkFit, type WorkerRuntime } from "./runtime.js";
import type { SetupEnd } from "./setups.js";
import type { Ran } from "./shard-run.js";

/**
 * Runs the shard and commits its result. Rejects only when the shard could not be run or its result not stored.
 *
 * @param getSignal gives the signal by which this worker is told that the job was cancelled. Undefined: nobody tells it,
 * and it looks into the store from time to time; then it also rejects, with `CancelledError`, between two calls.
 */
export async function runShard(
  request: ShardRequest,
  given: Store,
  getSignal: (() => AbortSignal) | undefined,
  runtime: WorkerRuntime,
): Promise<Answer> {
  if (request.version !== WIRE_VERSION) throw new VersionError("The request", request.version, WIRE_VERSION);
  const store = new CountedStore(given);
  if (getSignal) return run(request, store, getSignal, () => {}, runtime);
  if (await ranBefore(request, store)) return { attemptId: request.attemptId, result: undefined, writeMs: 0 };
  const watch = new CancelWatch(request, store);
  const beforeCall = () => watch.signal.throwIfAborted();
  try {
    return await Promise.race([watch.unheeded, run(request, store, () => watch.signal, beforeCall, runtime)]);
  } finally {
    watch.stop();
  }
}

/** A platform that queues shards may run one late that was given up for lost, and run again. */
async function ranBefore({ attempt, leavesNote, jobId, shard }: ShardRequest, store: Store): Promise<boolean> {
  if (!leavesNote || attempt === 1) return false;
  // What cannot be read is for the host to judge; running once more harms nothing.
  const result = await store.get(resultKey(jobId, shard.name), { start: 0, end: 1 }).catch(() => undefined);
  return result !== undefined;
}

async function run(
  request: ShardRequest,
  store: CountedStore,
  getSignal: () => AbortSignal,
  beforeCall: () => void,
  runtime: WorkerRuntime,
): Promise<Answer> {
  const startedAt = now();
  // First, as it ends what an earlier job has left to be ended.
  await runtime.onShardStart?.(request, placeOf(request, store, getSignal));
  checkFit(runtime, request);
  const patient = new PatientStore(store, { patienceMs: request.storePatienceMs });
  // Before anything runs, as it may be one that cannot be opened here.
  const parts = await partWriter(request, runtime);
  const [prepared, inputs] = await Promise.all([
    runtime.functions.get(patient, request),
    runtime.inputs.get(request, patient),
    runtime.records.check(patient, request),
  ]);
  runtime.builtIns.noteLoaded(prepared);
  const resolved = await resolveInputs(inputs, patient);
  const fetchMs = now() - startedAt;
  const restoreEnv = applyEnv(request.env);
  try {
    beforeCall();
    const setup = await runtime.setups.run(prepared, request, runtime);
    const context = shardContext(request, store, getSignal, runtime);
    const classes = itemClasses({ store, buckets: runtime.buckets }, "machine");
    const shard = { request, job: prepared, inputs: resolved, classes, context, startedAt, beforeCall, runtime };
    const runAll = callsAtOnce(shard) > 1 ? runCallsAtOnce : runCalls;
    const ran = setup?.failure ? failedCalls(request, setup.failure, now() - startedAt) : await runAll(shard);
    const { reads, writes, lists } = store.requests;
    const requests = { reads, lists, writes: writes + 1 };
    const invocation = runtime.invocation?.();
    const billed = invocation && { invocation };
    const header = { ...headerOf(request, runtime), ...(setup && { setup: setup.run }), requests, ...billed };
    const divide = request.shuffle && dividing(shard, request.shuffle);
    return await commit(request, patient, { ...header, ...ran, startedAt, fetchMs }, inputs, { parts, divide });
  } finally {
    restoreEnv();
  }
}

/** The signal is only made when somebody asks for it. */
function placeOf({ store: descriptor }: ShardRequest, store: Store, getSignal: () => AbortSignal): ShardPlace {
  return {
    store,
    descriptor,
    get signal() {
      return getSignal();
    },
  };
}

async function partWriter(
  { delivery, storePatienceMs: patienceMs }: ShardRequest,
  { outputs }: WorkerRuntime,
): Promise<PartWriter | undefined> {
  if (!delivery) return undefined;
  return new PartWriter(delivery, new PatientStore(await outputs.get(delivery.store), { patienceMs }));
}

function shardContext(
  request: ShardRequest,
  store: Store,
  getSignal: () => AbortSignal,
  runtime: WorkerRuntime,
): ShardContext {
  return {
    store,
    timeoutMs: request.timeoutMs,
    traceparent: request.traceparent,
    executor: runtime.executor ?? noExecutor,
    get signal() {
      return getSignal();
    },
  };
}

/** No call runs after a setup that failed: each fails of that. */
function failedCalls(
  { shard, attempt }: ShardRequest,
  { thrown, output }: NonNullable<SetupEnd["failure"]>,
  startMs: number,
): Ran {
  const failure: Failure = { kind: "setup", failure: { kind: "thrown", ...thrown }, ...(output && { output }) };
  const call = { ok: false, runMs: 0, startMs, attempts: attempt, bytes: encode(failure) };
  return { calls: Array.from({ length: shard.count }, () => call), output: {} };
}

function headerOf(request: ShardRequest, { name, sharedCores }: WorkerRuntime) {
  const { jobId, shard, attemptId, attempt } = request;
  const cores = sharedCores === undefined ? {} : { sharedCores };
  return { jobId, shard: shard.name, attemptId, attempt, worker: name, ...cores, count: shard.count };
}
