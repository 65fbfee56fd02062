/** Entry of a local worker: a child process that runs one shard at a time for the host that started it. */
import { Worker } from "node:worker_threads";
import type { FromWorker, ProcessSetting, ShardRequest, ToWorker, WorkerFailure } from "../src/wire/messages.js";
import { runShard } from "../src/worker/run-shard.js";
import { installStacks } from "../src/worker/stacks.js";
import { CallClock } from "./call-clock.js";
import { newPlatform } from "./new-platform.js";
import { OpenStores } from "./open-stores.js";
import { reportStatus } from "./status.js";
import { failureOf } from "./worker-failure.js";

/** Taken away from the user's function, whose `process.send?.("ready")` and the like are not meant for our host. */
const sendToHost = process.send?.bind(process);
delete process.send;

const clock = new CallClock();
const stores = new OpenStores(({ temporary, folder }) => {
  if (temporary) watchdog.postMessage({ type: "temporary", folder });
});
const cancels = new Map<string, AbortController>();
/** Why nobody watches the calls, so that none may run here. */
let watchdogError: Error | undefined;
const platform = newPlatform({
  name: `process ${process.pid}`,
  onCallStart: (index, timeoutMs) => clock.startCall(index, timeoutMs),
  onCallsEnd: () => clock.endCalls(),
});

// Ctrl-C reaches every process of the terminal's group; what becomes of the work is for the host to say.
process.on("SIGINT", () => {});
process.on("exit", (code) => reportStatus({ type: "exit", index: clock.index, code }));
process.on("disconnect", () => {
  // With no channel left, nothing else would keep the process alive until the watchdog has cleaned up.
  watchdog.ref();
  watchdog.postMessage({ type: "orphaned" });
});
process.on("message", (message: ToWorker) => {
  if (message.type === "run") void run(message.request);
  else cancels.get(message.attemptId)?.abort();
});

const { argv, ...setting } = JSON.parse(process.argv[2] as string) as ProcessSetting;
// The same array goes on: functions may hold it by reference.
process.argv.splice(0, Number.POSITIVE_INFINITY, ...argv);

const watchdog = startWatchdog();
watchdog.unref();
watchdog.on("error", (error) => {
  watchdogError = error;
  for (const attemptId of cancels.keys()) send({ type: "failed", attemptId, failure: unwatched(error) });
});
// Only from here on: what fails before ends the process, and the host shows what it wrote.
platform.output.install();
platform.strays.install();
installStacks();
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

function send(message: FromWorker): void {
  sendToHost?.(message);
}

function unwatched({ message }: Error): WorkerFailure {
  return { code: "", message: `The worker's watchdog failed: ${message}`, retire: true };
}

async function run(request: ShardRequest): Promise<void> {
  const { attemptId } = request;
  if (watchdogError) return send({ type: "failed", attemptId, failure: unwatched(watchdogError) });
  try {
    clock.startShard();
    const controller = new AbortController();
    cancels.set(attemptId, controller);
    const answer = await runShard(request, await stores.get(request.store), () => controller.signal, platform);
    send({ type: "done", attemptId, answer, retire: platform.strays.tainted });
  } catch (error) {
    send({ type: "failed", attemptId, failure: failureOf(error) });
  } finally {
    clock.endShard();
    cancels.delete(attemptId);
  }
}
