/**
 * A thread of each Lambda worker that goes on while the user's function blocks the main one: it ends the process when a
 * call overruns its time or memory, or the shard the platform's, and leaves word of it in the log and, where nobody reads
 * that, in the store.
 */
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { Store } from "../../src/stores/store.js";
import { LastPrinted } from "../../src/wire/last-printed.js";
import type { WorkerNote } from "../../src/wire/messages.js";
import { CallClock } from "../../src/worker/watchdog/call-clock.js";
import { functionLimit, userLimit } from "../../src/worker/watchdog/memory-limit.js";
import { type Overrun, overrunOf, Suspects } from "../../src/worker/watchdog/overrun.js";
import { BlockedWatch } from "./cancel-watch.js";
import { logStatus } from "./log.js";
import { leaveNote } from "./notes.js";
import { pauseMainThread } from "./pause-main-thread.js";
import {
  ENDING,
  GOING,
  NOTED,
  type ToWatchdog,
  type WatchdogSetting,
  type WatchedJob,
  type WatchedShard,
} from "./watchdog-messages.js";

/** Time between two looks, ms: how late a time limit may be noticed. */
const TICK_MS = 20;

/** A call is named in the log once it has run for so long, ms: sooner would fill the logs of jobs of short calls. */
const SUSPECT_AFTER_MS = 1000;

const { clock: memory, state, pulse } = workerData as WatchdogSetting;
const clock = new CallClock(memory);
const suspects = new Suspects(clock, SUSPECT_AFTER_MS);
const functionMb = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
const blocked = new BlockedWatch(pulse, openStoreOf, endCancelled);
const printed = new LastPrinted();
let shard: Partial<WatchedShard> = {};
const timer = setInterval(look, TICK_MS);

function look(): void {
  const first = overrunOf(clock, memoryLimit());
  // Mail is sent before the clock is set. So what came until now is about the shard that the clock showed, or a later one.
  readMail();
  const overrun = first && overrunOf(clock, memoryLimit());
  // Nothing is logged after it: the host takes the last word for the reason of the worker's end.
  if (overrun) return void end(overrun);
  const suspect = suspects.next();
  if (suspect) logStatus(suspect);
  if (clock.isBusy) blocked.look();
}

function memoryLimit(): number | undefined {
  const limits = [userLimit(shard.memoryMb), functionLimit(functionMb, shard.note !== undefined)];
  const known = limits.filter((limit) => limit !== undefined && !Number.isNaN(limit)) as number[];
  return known.length === 0 ? undefined : Math.min(...known);
}

function readMail(): void {
  if (!parentPort) return;
  for (let mail = receiveMessageOnPort(parentPort); mail; mail = receiveMessageOnPort(parentPort)) {
    const message = mail.message as ToWatchdog;
    if (message.type === "shard") {
      shard = message.shard;
      blocked.follow(message.shard.job, message.shard.note);
    } else if (message.type === "printed") printed.add(message);
    else void noteExit(message);
  }
}

/** The function has ended the process itself, which waits for the note. */
async function noteExit(exit: Extract<ToWatchdog, { type: "exit" }>): Promise<void> {
  if (Atomics.load(state, 0) !== GOING) return;
  clearInterval(timer);
  await leave(exit);
  Atomics.store(state, 0, NOTED);
  Atomics.notify(state, 0);
}

/** From here on, the main thread starts no call and stores no result. */
async function end(overrun: Overrun): Promise<void> {
  if (Atomics.compareExchange(state, 0, GOING, ENDING) !== GOING) return;
  clearInterval(timer);
  logStatus(overrun);
  if (overrun.type === "memory" && shard.note) await pauseMainThread();
  await leave(overrun);
  process.kill(process.pid, "SIGKILL");
}

/** Nobody waits for the shard any more, so that no word of it is needed but in the log. */
function endCancelled(): void {
  if (Atomics.compareExchange(state, 0, GOING, ENDING) !== GOING) return;
  const message = `Job ${shard.job?.jobId} was cancelled, and a call of it blocked its worker`;
  logStatus({ type: "retired", index: null, failure: { code: "", message, retire: true } });
  process.kill(process.pid, "SIGKILL");
}

async function leave(status: Extract<WorkerNote, { type: "death" }>["status"]): Promise<void> {
  const { note: place } = shard;
  if (!place) return;
  const last = printed.of(place.attemptId);
  const note: WorkerNote = { type: "death", status, ...(last && { printed: last }) };
  await leaveNote(place, note, () => openStoreOf(place));
}

/** A store of this thread's own: the main one may be blocked. */
async function openStoreOf({ store }: Pick<WatchedJob, "store">): Promise<Store> {
  return (await import("../../src/stores/open.js")).openStore(store);
}
