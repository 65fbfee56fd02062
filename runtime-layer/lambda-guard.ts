/** The main thread's side of a Lambda worker's watchdog: tells it what runs, and stops when it ends the process. */
import { Worker } from "node:worker_threads";
import type { ShardRequest } from "../src/wire/messages.js";
import { CallClock } from "./call-clock.js";
import { PULSE_MS } from "./lambda-blocked.js";
import { logStatus } from "./lambda-log.js";
import { ENDING, GOING, NOTE_MS, type ToWatchdog, type WatchdogSetting } from "./lambda-mail.js";
import { notePlaceOf } from "./lambda-notes.js";

/** Longest that the main thread stands still when it is about to be killed, ms: the note, and the kill itself. */
const STANDSTILL_MS = NOTE_MS + 1000;

/** Time before the platform's deadline that is left for the last words, ms: a write to the log, or also one to the store. */
const LOG_LEAD_MS = 250;
const NOTE_LEAD_MS = 2000;

/** At most this share of the time that the platform gives: functions may have very short limits. */
const LEAD_SHARE = 0.1;

export class LambdaGuard {
  readonly #clock = new CallClock();
  readonly #state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #pulse = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  readonly #watchdog: Worker;
  #request: ShardRequest | undefined;

  constructor() {
    const workerData: WatchdogSetting = { clock: this.#clock.memory, state: this.#state, pulse: this.#pulse };
    // Without the flags of the process, which may load into a thread what belongs into the main one only.
    this.#watchdog = new Worker(new URL("./lambda-watchdog.js", import.meta.url), { workerData, execArgv: [] });
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
    const { store, prefix, jobId, memoryMb } = request;
    this.#beat();
    this.#post({ type: "shard", shard: { job: { store, prefix, jobId }, memoryMb, note } });
    const lead = Math.min(note ? NOTE_LEAD_MS : LOG_LEAD_MS, remainingMs * LEAD_SHARE);
    this.#clock.startShard(Date.now() + remainingMs - lead);
  }

  startCall(index: number, timeoutMs: number | undefined): void {
    this.#standStill();
    this.#clock.startCall(index, timeoutMs);
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
    this.#pulse[0] = Date.now();
  }

  #onExit(code: number): void {
    if (!this.#request) return;
    const { index } = this.#clock;
    logStatus({ type: "exit", index, code });
    if (!this.#request.leavesNote) return;
    this.#post({ type: "exit", index, code });
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
