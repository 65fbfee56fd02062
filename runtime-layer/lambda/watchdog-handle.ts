/** The main thread's side of a Lambda worker's watchdog: tells it what runs, and stops when it ends the process. */
import { Worker } from "node:worker_threads";
import { monotonicMs } from "../../src/util/time.js";
import { piecesOf } from "../../src/wire/last-printed.js";
import type { Printed, ShardRequest } from "../../src/wire/messages.js";
import type { CallScopes } from "../../src/worker/call-scopes.js";
import { type AtOnce, CallClock } from "../../src/worker/watchdog/call-clock.js";
import { PULSE_MS } from "./cancel-watch.js";
import { logStatus } from "./log.js";
import { notePlaceOf } from "./notes.js";
import { ENDING, GOING, NOTE_MS, type ToWatchdog, type WatchdogSetting } from "./watchdog-messages.js";

/** Longest that the main thread stands still when it is about to be killed, ms: the note, and the kill itself. */
const STANDSTILL_MS = NOTE_MS + 1000;

/** Time before the platform's deadline that is left for the last words, ms: a write to the log, or also one to the store. */
const LOG_LEAD_MS = 250;
const NOTE_LEAD_MS = 2000;

/** Most that goes into the log of what a call prints, UTF-16 units: logs are paid for. */
const MAX_LOGGED = 64 * 1024;

/** At most this share of the time that the platform gives: functions may have very short limits. */
const LEAD_SHARE = 0.1;

export class WatchdogHandle {
  readonly #clock = new CallClock();
  readonly #state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #pulse = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  readonly #watchdog: Worker;
  readonly #scopes: CallScopes;
  #request: ShardRequest | undefined;
  #logRoom = MAX_LOGGED;

  /** @param scopes the calls that run at once in this process */
  constructor(scopes: CallScopes) {
    this.#scopes = scopes;
    const workerData: WatchdogSetting = { clock: this.#clock.memory, state: this.#state, pulse: this.#pulse };
    // Without the flags of the process, which may load into a thread what belongs into the main one only.
    this.#watchdog = new Worker(new URL("./watchdog.js", import.meta.url), { workerData, execArgv: [] });
    this.#watchdog.unref();
    setInterval(() => this.#beat(), PULSE_MS).unref();
    process.on("exit", (code) => this.#onExit(code));
  }

  get isBusy(): boolean {
    return this.#request !== undefined;
  }

  /** @param remainingMs time until the platform ends the invocation, ms. */
  startShard(request: ShardRequest, remainingMs: number): void {
    this.#request = request;
    // Lambda's runtime client answers null as soon as nothing is left to wait for, as when a call's promise never settles.
    this.#watchdog.ref();
    const note = notePlaceOf(request);
    // Before the clock, so that the watchdog never takes one shard for another.
    const { store, jobId, memoryMb } = request;
    this.#beat();
    this.#post({ type: "shard", shard: { job: { store, jobId }, memoryMb, note } });
    const lead = Math.min(note ? NOTE_LEAD_MS : LOG_LEAD_MS, remainingMs * LEAD_SHARE);
    this.#clock.startShard(remainingMs - lead, request.storePatienceMs);
  }

  startSetup(timeoutMs: number | undefined): void {
    this.#standStill();
    this.#logRoom = MAX_LOGGED;
    this.#clock.startSetup(timeoutMs);
    // At once: what ends the process in the next instant is the setup's doing, and no call's.
    logStatus({ type: "running", index: null, during: "setup" });
  }

  endSetup(): void {
    this.endCalls();
    logStatus({ type: "running", index: null });
  }

  startCall(index: number, timeoutMs: number | undefined, retry: number): void {
    this.#standStill();
    this.#logRoom = MAX_LOGGED;
    this.#clock.startCall(index, timeoutMs, retry);
  }

  runAtOnce(calls: AtOnce): void {
    this.#standStill();
    this.#clock.runAtOnce(calls);
  }

  /** What a call prints goes into the log at once; the watchdog knows it, too, for a note. */
  printed(stream: Printed["stream"], text: string): void {
    if (!this.#clock.isBusy) return;
    const { running } = this.#clock;
    for (const piece of piecesOf(text)) this.#tellPrinted({ type: "printed", ...running, stream, text: piece });
  }

  #tellPrinted(text: Omit<Printed, "attemptId">): void {
    const { attemptId, leavesNote } = this.#request ?? {};
    if (attemptId === undefined) return;
    const printed: Printed = { ...text, attemptId };
    if (this.#logRoom > 0) logStatus(printed);
    this.#logRoom -= printed.text.length;
    if (leavesNote) this.#post(printed);
  }

  endCalls(): void {
    this.#standStill();
    this.#clock.endCalls();
  }

  endShard(): void {
    this.#clock.endShard();
    this.#watchdog.unref();
    this.#request = undefined;
  }

  /** Ends the process at once, without the user's own exit listeners. */
  kill(): never {
    process.kill(process.pid, "SIGKILL");
    for (;;) Atomics.wait(this.#state, 0, GOING, STANDSTILL_MS);
  }

  #beat(): void {
    this.#pulse[0] = monotonicMs();
  }

  #onExit(code: number): void {
    if (!this.#request) return;
    const { running, printed } = this.#scopes.ending(this.#clock.running);
    for (const text of printed) this.#tellPrinted(text);
    const exit = { type: "exit", ...running, code } as const;
    logStatus(exit);
    if (!this.#request.leavesNote) return;
    this.#post(exit);
    Atomics.wait(this.#state, 0, GOING, STANDSTILL_MS);
    this.#standStill();
  }

  /** A call whose overrun is told already must not have a result as well. */
  #standStill(): void {
    Atomics.wait(this.#state, 0, ENDING, STANDSTILL_MS);
  }

  #post(message: ToWatchdog): void {
    this.#watchdog.postMessage(message);
  }
}
