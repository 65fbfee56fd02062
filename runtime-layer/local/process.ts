/** Entry of a local worker: a child process that runs one shard at a time for the host that started it. */
import { Socket } from "node:net";
import { availableParallelism, hostname } from "node:os";
import { Worker } from "node:worker_threads";
import { answerCallPlace, type CallPlace } from "../../src/wire/call-place.js";
import { encodeFromWorker, ToWorkerReader } from "../../src/wire/channel.js";
import { piecesOf } from "../../src/wire/last-printed.js";
import type { FromWorker, Printed, ProcessSetting, ShardRequest, WorkerFailure } from "../../src/wire/messages.js";
import { withCancelWatch } from "../../src/worker/cancel-watch.js";
import { InnerExecutor, NO_EXECUTOR, noExecutor } from "../../src/worker/inner-executor.js";
import { Leftovers } from "../../src/worker/leftovers.js";
import { OpenStores } from "../../src/worker/open-stores.js";
import { OutputCapture } from "../../src/worker/output.js";
import { PackagesFolder } from "../../src/worker/packages-folder.js";
import { FunctionCache } from "../../src/worker/program-cache.js";
import { runShard } from "../../src/worker/run-shard.js";
import { isSpent, newRuntime, type WorkerRuntime } from "../../src/worker/runtime.js";
import { CallClock } from "../../src/worker/watchdog/call-clock.js";
import { failureOf } from "../../src/worker/worker-failure.js";
import { reportStatus } from "./status-pipe.js";

/** The way to the host and back: a pipe of our own, and not Node's channel, whose listeners and messages any call can touch. */
const CHANNEL_FD = 3;

/** Time in which a host that got the same signal ends, ms. */
const HOST_ENDS_MS = 2000;

/** Taken at load: the user's function may replace it. */
const kill = process.kill.bind(process);

const channel = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
const requests = new ToWorkerReader();
const clock = new CallClock();
const stores = new OpenStores(({ temporary, folder }) => {
  if (temporary) watchdog.postMessage({ type: "temporary", folder });
});
const cancels = new Map<string, AbortController>();
const inner = new InnerExecutor();
const { argv, depth, workersInside: workers, ...setting } = JSON.parse(process.argv[2] as string) as ProcessSetting;
const { place, startsNoJobs, packagesFolder } = setting;
const refusal = startsNoJobs ? NO_EXECUTOR : undefined;
const state = {
  /** Why nobody watches the calls, so that none may run here. */
  watchdogError: undefined as Error | undefined,
  /** The attempt that runs, or ran last. */
  attempt: "",
  /** Where its calls are, for executors that they make. */
  place: undefined as CallPlace | undefined,
  /** The attempt that is to stop after the call that runs. */
  endedTurn: "",
};
const runtime: WorkerRuntime = newRuntime({
  name: `${place === undefined ? "" : `${place}, `}process ${process.pid}`,
  ...(packagesFolder !== undefined && { functions: new FunctionCache(new PackagesFolder(packagesFolder)) }),
  // Of several machines, each has its own.
  ...(place === undefined && { sharedCores: availableParallelism() }),
  output: new OutputCapture((stream, text) => {
    if (clock.isBusy) for (const part of piecesOf(text)) reportStatus({ ...printing(stream), text: part });
  }),
  onSetupStart: (timeoutMs) => {
    clock.startSetup(timeoutMs);
    // At once: what ends the process in the next instant is the setup's doing, and no call's.
    reportStatus({ type: "running", index: null, during: "setup" });
  },
  onSetupEnd: () => {
    clock.endCalls();
    reportStatus({ type: "running", index: null });
  },
  isTurnOver: () => state.endedTurn === state.attempt,
  onCallStart: (...call) => clock.startCall(...call),
  onCallsAtOnce: (calls) => clock.runAtOnce(calls),
  onCallsEnd: () => clock.endCalls(),
  onShardStart: async ({ jobId, traceparent }, place) => {
    await inner.begin(jobId, () => place.signal);
    const { store, descriptor, signal } = place;
    state.place = { depth, workers, store, descriptor, signal, refusal, traceparent };
  },
  executor: () => (startsNoJobs ? noExecutor() : inner.get()),
});

// These reach every process of a group at once. What becomes of the work is for the host to say; when it has died of the same
// signal, the watchdog clears away what it has left. A signal that was meant for this process alone ends it a little later.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => void setTimeout(endUnheard, HOST_ENDS_MS));
process.on("exit", (code) => {
  const { running, printed } = runtime.scopes.ending(clock.running);
  for (const text of printed) reportStatus({ attemptId: state.attempt, ...text });
  reportStatus({ type: "exit", ...running, code });
});
// What is wrong with it shows in its end.
channel.on("error", () => {});
channel.on("close", () => {
  // With no channel left, nothing else would keep the process alive until the watchdog has cleaned up.
  watchdog.ref();
  watchdog.postMessage({ type: "orphaned" });
});
channel.on("data", (chunk) => {
  for (const message of requests.add(chunk)) {
    if (message.type === "run") run(message.request).catch(endUnheard);
    else if (message.type === "cancel") cancels.get(message.attemptId)?.abort();
    else state.endedTurn = message.attemptId;
  }
});

// The same array goes on: functions may hold it by reference.
process.argv.splice(0, Number.POSITIVE_INFINITY, ...argv);

const watchdog = startWatchdog();
watchdog.unref();
watchdog.on("error", (error) => {
  state.watchdogError = error;
  for (const attemptId of cancels.keys()) send({ type: "failed", attemptId, failure: unwatched(error) });
});
// Only from here on: what fails before ends the process, and the host shows what it wrote.
runtime.output.install();
runtime.uncaught.install();
runtime.leftovers = new Leftovers();
answerCallPlace(() => state.place);
send({ type: "ready" });

function startWatchdog(): Worker {
  try {
    return new Worker(new URL("./watchdog.js", import.meta.url), { workerData: { clock: clock.memory, ...setting } });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_ACCESS_DENIED") throw error;
    throw new Error(
      "Node's permission model allows no thread, which a worker needs: start the program with --allow-worker.",
    );
  }
}

/** What a call replaced keeps this process from telling what became of its shard: that it ends tells it, too. */
function endUnheard(): void {
  kill(process.pid, "SIGKILL");
}

function send(message: FromWorker): void {
  channel.cork();
  for (const piece of encodeFromWorker(message)) channel.write(piece);
  channel.uncork();
}

/** Who prints. */
function printing(stream: Printed["stream"]): Omit<Printed, "text"> {
  return { type: "printed", attemptId: state.attempt, ...clock.running, stream };
}

function unwatched({ message }: Error): WorkerFailure {
  return { code: "", message: `The worker's watchdog failed: ${message}`, retire: true };
}

async function run(request: ShardRequest): Promise<void> {
  const { attemptId } = request;
  state.attempt = attemptId;
  // By way of a server, which may be one of several machines: their processes may have the same numbers, and share no cores.
  if (request.inside) {
    runtime.name = `${hostname()} ${process.pid}`;
    delete runtime.sharedCores;
  }
  if (state.watchdogError) return send({ type: "failed", attemptId, failure: unwatched(state.watchdogError) });
  try {
    clock.startShard(request.shardMs, request.storePatienceMs);
    const controller = new AbortController();
    cancels.set(attemptId, controller);
    const { signal } = controller;
    const store = await stores.get(request.store);
    const answer = await withCancelWatch(request, store, controller, () =>
      runShard(request, store, () => signal, runtime),
    );
    send({ type: "done", attemptId, answer, retire: isSpent(runtime) });
  } catch (error) {
    send({ type: "failed", attemptId, failure: failureOf(error) });
  } finally {
    clock.endShard();
    inner.end();
    cancels.delete(attemptId);
  }
}
