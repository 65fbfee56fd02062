/** The generic worker: fetches a shard's function and inputs, runs its calls one after the other, writes one result. */
import type { Program } from "../capture/rebuild.js";
import { VersionError } from "../errors.js";
import type { Store } from "../stores/store.js";
import { resultKey } from "../wire/keys.js";
import { type Answer, MAX_ANSWER_BYTES, type ShardRequest } from "../wire/messages.js";
import { type CallResult, decodeResult, encodeResult, type ShardResult } from "../wire/result.js";
import { WIRE_VERSION } from "../wire/version.js";
import { CancelWatch } from "./cancel-watch.js";
import type { ShardContext } from "./context.js";
import type { Platform } from "./platform.js";
import { runCall } from "./run-call.js";

/**
 * Runs the shard and commits its result. Rejects only when the shard could not be run or its result not stored.
 *
 * @param getSignal gives the signal by which this worker is told that the job was cancelled. Undefined: nobody tells it,
 * and it looks into the store from time to time; then it also rejects, with `CancelledError`, between two calls.
 */
export async function runShard(
  request: ShardRequest,
  store: Store,
  getSignal: (() => AbortSignal) | undefined,
  platform: Platform,
): Promise<Answer> {
  if (request.version !== WIRE_VERSION) throw new VersionError("The request", request.version, WIRE_VERSION);
  if (getSignal) return run(request, store, getSignal, () => {}, platform);
  const watch = new CancelWatch(request, store);
  const beforeCall = () => watch.signal.throwIfAborted();
  try {
    return await Promise.race([watch.unheeded, run(request, store, () => watch.signal, beforeCall, platform)]);
  } finally {
    watch.stop();
  }
}

async function run(
  request: ShardRequest,
  store: Store,
  getSignal: () => AbortSignal,
  beforeCall: () => void,
  platform: Platform,
): Promise<Answer> {
  const startedAt = performance.timeOrigin + performance.now();
  const [program, inputs] = await Promise.all([
    platform.functions.get(store, request),
    platform.inputs.get(request, store),
  ]);
  const fetchMs = performance.timeOrigin + performance.now() - startedAt;
  const restoreEnv = applyEnv(request.env);
  try {
    const context = shardContext(request, store, getSignal);
    const ran = await runCalls(request, program, inputs, context, startedAt, beforeCall, platform);
    return await commit(request, store, { ...headerOf(request, platform), ...ran, startedAt, fetchMs });
  } finally {
    restoreEnv();
  }
}

function shardContext(request: ShardRequest, store: Store, getSignal: () => AbortSignal): ShardContext {
  return {
    store,
    timeoutMs: request.timeoutMs,
    get signal() {
      return getSignal();
    },
  };
}

async function runCalls(
  request: ShardRequest,
  program: Program,
  inputs: Iterable<Uint8Array>,
  context: ShardContext,
  startedAt: number,
  beforeCall: () => void,
  platform: Platform,
): Promise<Pick<ShardResult, "calls" | "output">> {
  const calls: CallResult[] = [];
  const output: ShardResult["output"] = {};
  const origin = startedAt - performance.timeOrigin;
  for (const input of inputs) {
    beforeCall();
    const index = request.shard.first + calls.length;
    const startMs = performance.now() - origin;
    platform.output.start();
    const outcome = await runCall({ index, input, request, program, context, platform });
    const written = platform.output.finish();
    if (written) output[calls.length] = written;
    calls.push({ ...outcome, startMs });
  }
  platform.onCallsEnd?.();
  return { calls, output };
}

function headerOf(request: ShardRequest, platform: Platform) {
  const { jobId, shard, attemptId, attempt } = request;
  return { jobId, shard: shard.name, attemptId, attempt, worker: platform.name, count: shard.count };
}

/**
 * Whoever creates the result object first has won. One that is there already may still be this attempt's own: a store's
 * client writes again when an answer is lost. So "already there" means read, compare, and only then lost.
 */
async function commit(request: ShardRequest, store: Store, result: ShardResult): Promise<Answer> {
  const key = resultKey(request.prefix, request.jobId, request.shard.name);
  const pieces = encodeResult(result);
  const started = performance.now();
  const created = await store.putIfAbsent(key, pieces);
  const writeMs = performance.now() - started;
  const won = created || (await isOwn(store, key, request.attemptId));
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const rides = won && bytes <= MAX_ANSWER_BYTES;
  return { attemptId: request.attemptId, result: rides ? Buffer.concat(pieces, bytes) : undefined, writeMs };
}

async function isOwn(store: Store, key: string, attemptId: string): Promise<boolean> {
  const stored = await store.get(key);
  return stored !== undefined && decodeResult(stored, key).attemptId === attemptId;
}

/** Sets the variables and returns the way back. */
function applyEnv(env: ShardRequest["env"]): () => void {
  const names = Object.keys(env ?? {});
  const before = names.map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, env);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
