/** Entry of a local worker: a child process that runs one shard at a time for the host that started it. */
import { Worker } from "node:worker_threads";
import { openStore } from "../src/stores/open.js";
import type { Store } from "../src/stores/store.js";
import type { FromWorker, ProcessSetting, ShardRequest, ToWorker, WorkerFailure } from "../src/wire/messages.js";
import { FunctionCache } from "../src/worker/functions.js";
import { InputsCache } from "../src/worker/inputs-cache.js";
import { OutputCapture } from "../src/worker/output.js";
import type { Platform } from "../src/worker/platform.js";
import { runShard } from "../src/worker/run-shard.js";
import { Strays } from "../src/worker/strays.js";
import { CallClock } from "./call-clock.js";
import { reportStatus } from "./status.js";

/** Taken away from the user's function, whose `process.send?.("ready")` and the like are not meant for our host. */
const sendToHost = process.send?.bind(process);
delete process.send;

const clock = new CallClock();
const output = new OutputCapture();
const strays = new Strays();
const stores = new Map<string, Promise<Store>>();
const cancels = new Map<string, AbortController>();
const platform: Platform = {
  name: `process ${process.pid}`,
  functions: new FunctionCache(),
  inputs: new InputsCache(),
  output,
  strays,
  onCallStart: (index, timeoutMs) => clock.startCall(index, timeoutMs),
  onCallsEnd: () => clock.endCalls(),
};

output.install();
strays.install();
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

const watchdog = new Worker(new URL("./watchdog.js", import.meta.url), {
  workerData: { clock: clock.memory, ...setting },
});
watchdog.unref();
const send = (message: FromWorker): unknown => sendToHost?.(message);
send({ type: "ready" });

async function run(request: ShardRequest): Promise<void> {
  const { attemptId } = request;
  try {
    clock.startShard();
    const controller = new AbortController();
    cancels.set(attemptId, controller);
    const answer = await runShard(request, await storeOf(request), () => controller.signal, platform);
    send({ type: "done", attemptId, answer, retire: strays.tainted });
  } catch (error) {
    send({ type: "failed", attemptId, failure: failureOf(error) });
  } finally {
    clock.endShard();
    cancels.delete(attemptId);
  }
}

function storeOf({ store }: ShardRequest): Promise<Store> {
  const key = JSON.stringify(store);
  const known = stores.get(key);
  if (known) return known;
  if (store.temporary) watchdog.postMessage({ type: "temporary", folder: store.folder });
  const opened = openStore(store);
  stores.set(key, opened);
  return opened;
}

/** An error with a code was foreseen, by us or by Node; one without may come of globals that a call has replaced. */
function failureOf(error: unknown): WorkerFailure {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { code: String(code ?? ""), message: String(message ?? error), retire: typeof code !== "string" };
}
