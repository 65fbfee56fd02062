/** Entry on AWS Lambda: each invocation runs one shard. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { InvokeError } from "../../src/errors.js";
import { preloadStores } from "../../src/stores/open.js";
import type { Invocation } from "../../src/wire/billed.js";
import { answerCallPlace, type CallPlace, type ShardPlace } from "../../src/wire/call-place.js";
import { PROCESS_ENTRY, PROCESS_ENTRY_VARIABLE } from "../../src/wire/entry.js";
import { decodeRequest, encodeAnswer } from "../../src/wire/invocation.js";
import type { Answer, ShardRequest, WorkerFailure } from "../../src/wire/messages.js";
import { CallScopes } from "../../src/worker/call-scopes.js";
import { InnerExecutor } from "../../src/worker/inner-executor.js";
import { OpenStores } from "../../src/worker/open-stores.js";
import { OutputCapture } from "../../src/worker/output.js";
import { PackagesFolder } from "../../src/worker/packages-folder.js";
import { FunctionCache } from "../../src/worker/program-cache.js";
import { runShard } from "../../src/worker/run-shard.js";
import { isSpent, newRuntime, type WorkerRuntime } from "../../src/worker/runtime.js";
import { failureOf } from "../../src/worker/worker-failure.js";
import { takeOverConsole } from "./console.js";
import { logStatus, logText } from "./log.js";
import { leaveNote, notePlaceOf } from "./notes.js";
import { WatchdogHandle } from "./watchdog-handle.js";

// For the watchdog, whose thread loads this file only when it has to write to a store.
export { openStore } from "../../src/stores/open.js";

/** What is used of the second argument of a handler. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

/** Most of a failure's message that goes into the log, UTF-16 units: an invocation's answer has its last 4 KB only. */
const LOGGED_LENGTH = 1000;

/** Variable by which `nodewren deploy` says that the function's role may invoke it, and that its code has what that takes. */
const NESTED_VARIABLE = "NODEWREN_LAMBDA_NESTED_MAPS";

/** Time that Lambda took to start the worker, ms: the process is there from its beginning, and this is nearly its end. */
const INIT_MS = performance.now();

/** Taken at load: the user's functions may replace it. */
const now = performance.now.bind(performance);

const NOT_NESTED =
  "Workers of this function start no others. Set lambda.nestedMaps: true in the configuration and run `nodewren deploy`, or map over more inputs in the script instead.";

class LambdaWorker {
  readonly #guard: WatchdogHandle;
  readonly #stores = new OpenStores();
  readonly #inner = new InnerExecutor();
  #place: CallPlace | undefined;
  /** Of the invocation that runs: when it began, and what came before it. */
  #invocation = { startedAt: 0, initMs: undefined as number | undefined };
  readonly #runtime: WorkerRuntime;

  constructor() {
    const scopes = new CallScopes();
    const guard = new WatchdogHandle(scopes);
    this.#guard = guard;
    this.#runtime = newRuntime({
      scopes,
      // Of an environment's disk this worker is the only user; one that crashed before it may have left its packages.
      functions: new FunctionCache(new PackagesFolder(join(tmpdir(), "nodewren-packages"))),
      output: new OutputCapture((stream, text) => guard.printed(stream, text)),
      name: `lambda ${process.env.AWS_LAMBDA_LOG_STREAM_NAME ?? process.pid}`,
      onSetupStart: (timeoutMs) => guard.startSetup(timeoutMs),
      onSetupEnd: () => guard.endSetup(),
      onCallStart: (...call) => guard.startCall(...call),
      onCallsAtOnce: (calls) => guard.runAtOnce(calls),
      onCallsEnd: () => guard.endCalls(),
      onShardStart: (request, place) => this.#enter(request, place),
      executor: () => this.#executor(),
      invocation: () => invocationOf(this.#invocation),
    });
    answerCallPlace(() => this.#place);
    this.#takeOver();
    // While the platform still lends all of its processors, and before anyone waits.
    preloadStores();
  }

  /** From the runtime client, which would end the process at the first stray error, and prints past what is captured. */
  #takeOver(): void {
    const { output, uncaught } = this.#runtime;
    process.removeAllListeners("uncaughtException");
    process.removeAllListeners("unhandledRejection");
    uncaught.install();
    for (const event of ["uncaughtException", "unhandledRejection"])
      process.on(event, (error) => {
        if (!this.#guard.isBusy) logText(`nodewren: an error while no shard runs: ${(error as Error)?.stack ?? error}`);
      });
    takeOverConsole(output);
  }

  async handle(event: unknown, remainingMs: number): Promise<object> {
    this.#begin();
    let request: ShardRequest;
    try {
      request = decodeRequest(event);
    } catch (error) {
      return this.#refuse(event, { ...failureOf(error), retire: false });
    }
    try {
      this.#guard.startShard(request, remainingMs);
      return this.#answer(request, await this.#run(request));
    } catch (error) {
      return await this.#refuse(request, failureOf(error));
    } finally {
      this.#guard.endShard();
    }
  }

  /** Only the first invocation of an environment on demand is billed for its start. */
  #begin(): void {
    const isFirst = this.#invocation.startedAt === 0;
    const isOnDemand = process.env.AWS_LAMBDA_INITIALIZATION_TYPE === "on-demand";
    this.#invocation = { startedAt: now(), initMs: isFirst && isOnDemand ? INIT_MS : undefined };
  }

  async #run(request: ShardRequest): Promise<Answer> {
    const store = await this.#stores.get(request.store);
    try {
      return await runShard(request, store, undefined, this.#runtime);
    } finally {
      // Between invocations the process may be frozen, so that nothing of it could go on.
      await this.#inner.close();
    }
  }

  async #enter(request: ShardRequest, place: ShardPlace): Promise<void> {
    const { jobId, inside = { depth: 1, workers: 1 }, traceparent } = request;
    const { AWS_LAMBDA_FUNCTION_NAME: functionName = "", AWS_REGION: region, [NESTED_VARIABLE]: nested } = process.env;
    const { store, descriptor } = place;
    this.#place = {
      ...inside,
      store,
      descriptor,
      traceparent,
      get signal() {
        return place.signal;
      },
      lambda: { functionName, region },
      refusal: nested === "true" ? undefined : NOT_NESTED,
    };
    await this.#inner.begin(jobId, () => place.signal);
  }

  #executor(): unknown {
    if (this.#place?.refusal) throw new InvokeError(this.#place.refusal);
    return this.#inner.get();
  }

  #answer(request: ShardRequest, answer: Answer): object {
    if (isSpent(this.#runtime)) this.#retire();
    return encodeAnswer({ answer: request.leavesNote ? { ...answer, result: undefined } : answer });
  }

  async #refuse(request: unknown, failure: WorkerFailure): Promise<object> {
    const place = notePlaceOf(request);
    if (place) await leaveNote(place, { type: "failed", failure }, () => this.#stores.get(place.store));
    if (failure.retire) this.#retire({ ...failure, message: failure.message.slice(0, LOGGED_LENGTH) });
    return encodeAnswer({ failure });
  }

  /**
   * Instead of an answer: no runtime client lets a worker end itself between its answer and the next request for one, so
   * the end would hit a shard of somebody else's. The result is in the store, and the log tells.
   */
  #retire(failure?: WorkerFailure): never {
    logStatus({ type: "retired", index: null, ...(failure && { failure }) });
    return this.#guard.kill();
  }
}

/** By the variables of the platform, which calls may change later; undefined where it is none that bills. */
const PLACE = placeOf(process.env);

function placeOf({ AWS_REGION: region, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: size }: NodeJS.ProcessEnv) {
  const memoryMb = Number(size);
  if (!region || !(memoryMb > 0)) return undefined;
  return { region, architecture: process.arch === "arm64" ? "arm64" : "x86_64", memoryMb } as const;
}

function invocationOf(begun: { startedAt: number; initMs: number | undefined }): Invocation | undefined {
  const { startedAt, initMs } = begun;
  return PLACE && { ...PLACE, ranMs: now() - startedAt, ...(initMs !== undefined && { initMs }) };
}

const isProcess = process.env[PROCESS_ENTRY_VARIABLE] === PROCESS_ENTRY;
const worker = isMainThread && !isProcess ? new LambdaWorker() : undefined;

// On machines that have nothing of nodewren, this one file is the program of their workers, too.
if (isProcess) {
  delete process.env[PROCESS_ENTRY_VARIABLE];
  void import("../local/process.js");
}

/** Resolves with what `decodeAnswer` reads. Rejects never: then every error of the function is the environment's. */
export async function handler(event: unknown, context: InvocationContext): Promise<object> {
  if (!worker)
    throw new Error(
      "nodewren's worker needs a process of its own, and was loaded in a thread, as Lambda Managed Instances do: take a function without a capacity provider.",
    );
  return worker.handle(event, context.getRemainingTimeInMillis());
}
