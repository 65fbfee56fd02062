/** One worker: its process, the messages it exchanges with the host, and what is left when it dies. */
import { textOf } from "../../util/describe-value.js";
import type { Answer, FromWorker, ShardRequest } from "../../wire/messages.js";
import { setupKeyOf } from "../../wire/setup-key.js";
import { type Death, type OnPrinted, WorkerDeath, WorkerRefusal, type WorkerSetting } from "../backend.js";
import { deathOf, lossOf, refusalOf } from "../death.js";
import { DEAF_MS, type NoSign, SignsOfLife, START_MS } from "./signs-of-life.js";
import type { Exit, WorkerChild } from "./worker-child.js";
import { WorkerPipes } from "./worker-pipes.js";

interface Running {
  request: ShardRequest;
  onPrinted: OnPrinted | undefined;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export interface WorkerManner {
  /** Whether shards wait until the worker can take them, as its start may take long. Default: the first is sent at once. */
  waitsForReady?: boolean;
  /** Time of silence after which it is given up, ms. Default: that of a process on this machine. */
  silentMs?: number;
}

export class WorkerProcess {
  readonly #memoryMb: number | undefined;
  readonly #waitsForReady: boolean;
  /** Resolves when the process can take shards; never when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves when the process takes no more shards, because it has ended or was killed. */
  readonly retired: Promise<void>;
  /** Resolves when the process has ended and its last words were read. */
  readonly ended: Promise<void>;
  readonly #child: WorkerChild;
  readonly #pipes: WorkerPipes;
  readonly #signs: SignsOfLife;
  #running: Running | undefined;
  /** Of the job's setups that ran in the process; empty while none did. */
  #setupKey = "";
  #isReserved = false;
  #isReady = false;
  #makeReady!: () => void;
  #retire!: () => void;
  #isRetired = false;
  #exit: Exit | undefined;
  /** Why it ended before it was ready, unless it was ended. */
  startFailure: Error | undefined;

  constructor({ memoryMb }: WorkerSetting, child: WorkerChild, { waitsForReady = false, silentMs }: WorkerManner = {}) {
    this.#memoryMb = memoryMb;
    this.#child = child;
    this.#waitsForReady = waitsForReady;
    this.#signs = new SignsOfLife((what) => this.#giveUp(what), silentMs);
    this.ready = new Promise((resolve) => {
      this.#makeReady = resolve;
    });
    this.retired = new Promise((resolve) => {
      this.#retire = resolve;
    });
    this.ended = this.#watchEnd();
    this.#pipes = new WorkerPipes(this.#child, {
      onMessage: (message) => this.#take(message),
      onBeat: (beat) => this.#signs.beat(beat),
      onPrinted: (printed) => {
        if (this.isRunning(printed.attemptId)) this.#running?.onPrinted?.(printed);
      },
      onBroken: (why) => this.#lose({ kind: "channel", why }),
    });
    this.#child.hold(false);
  }

  /** Whether the process can take a shard. */
  get isFree(): boolean {
    return !this.isStarting && !this.#isRetired && !this.#isReserved;
  }

  /** Whether shards have to wait for its start. */
  get isStarting(): boolean {
    return this.#waitsForReady && !this.#isReady && !this.#isRetired;
  }

  /** Whether shards of such a job may run in it: it has that memory limit, and no other job's setup is in effect. */
  fits({ memoryMb, setupDigests }: WorkerSetting): boolean {
    if (memoryMb !== this.#memoryMb) return false;
    return this.#setupKey === "" || this.#setupKey === setupKeyOf({ setupDigests });
  }

  /** Whether setups ran in it. */
  get isSetUp(): boolean {
    return this.#setupKey !== "";
  }

  isRunning(attemptId: string): boolean {
    return this.#running !== undefined && this.#running.request.attemptId === attemptId;
  }

  /** Keeps the process for the one who is about to run a shard on it. */
  reserve(): void {
    this.#isReserved = true;
  }

  free(): void {
    this.#isReserved = false;
  }

  /** Runs a shard; only one at a time. */
  run(request: ShardRequest, onPrinted?: OnPrinted): Promise<Answer> {
    this.#child.hold(true);
    this.#signs.watch();
    if (this.#setupKey === "") this.#setupKey = setupKeyOf(request);
    return new Promise((resolve, reject) => {
      this.#running = { request, onPrinted, resolve, reject };
      try {
        this.#pipes.send({ type: "run", request });
      } catch (cause) {
        const message = `The request could not be sent to a worker: ${textOf(cause)}`;
        this.#release()?.reject(new WorkerRefusal("invoke", message, { transient: false, cause }));
      }
      if (this.#exit) this.#loseRunning(this.#exit);
    });
  }

  /** Asks the running call, through its signal, to stop. */
  cancel(attemptId: string): void {
    this.#pipes.send({ type: "cancel", attemptId });
  }

  /** Asks the worker to stop between two calls of the shard, and to answer with what it has done. */
  endTurn(attemptId: string): void {
    this.#pipes.send({ type: "endTurn", attemptId });
  }

  kill(): void {
    this.#isRetired = true;
    this.#child.kill();
    this.#retire();
  }

  #giveUp(what: NoSign): void {
    if (what === "silent") this.#lose({ kind: "lost", silentMs: this.#signs.silentMs });
    else this.#replace(what);
  }

  /** A process that has begun with nothing. */
  #replace(what: Exclude<NoSign, "silent">): void {
    const running = this.#release();
    this.kill();
    const message =
      what === "slow"
        ? `A worker process did not start within ${START_MS / 1000} s.`
        : `A worker process did not begin with its shard within ${DEAF_MS / 1000} s.`;
    // What keeps it from hearing may be what an earlier job left in it.
    const isUnfit = what === "deaf" && this.#signs.hasServed;
    running?.reject(new WorkerRefusal("invoke", message, { transient: true, isUnfit }));
  }

  /** Ends a process that lives, but with which nothing can be done any more. */
  #lose(how: Pick<Death, "kind" | "why" | "silentMs">): void {
    if (this.#exit) return;
    const running = this.#release();
    this.kill();
    const words = running && this.#pipes.lastWords(running.request.attemptId);
    if (words) running.reject(new WorkerDeath(lossOf(how, words, running.request.shard)));
  }

  #take(message: FromWorker): void {
    if (message.type === "ready") {
      this.#isReady = true;
      this.#signs.ready();
      this.#makeReady();
    } else if (this.isRunning(message.attemptId)) this.#settle(message);
  }

  #settle(message: Exclude<FromWorker, { type: "ready" }>): void {
    const { resolve, reject } = this.#release() as Running;
    if (message.type === "done") {
      if (message.retire) this.kill();
      resolve(message.answer);
    } else {
      if (message.failure.retire) this.kill();
      reject(refusalOf(message.failure));
    }
  }

  #release(): Running | undefined {
    const running = this.#running;
    this.#running = undefined;
    this.#signs.stop();
    this.#isReserved = false;
    // The host's event loop must go on while a shard runs, and must not because of an idle worker.
    this.#child.hold(false);
    return running;
  }

  async #watchEnd(): Promise<void> {
    const exit = await this.#child.ended;
    if (!this.#isReady && !this.#isRetired) this.startFailure = this.#startFailureOf(exit);
    this.#isRetired = true;
    if (this.#running) await this.#child.lastWords();
    this.#exit = exit;
    this.#loseRunning(exit);
    this.#retire();
  }

  #loseRunning(exit: Exit): void {
    const running = this.#release();
    running?.reject(this.#lossOf(exit, running.request));
  }

  /** A process that ends before it was ready says nothing about the shard: it is the start that failed. */
  #lossOf(exit: Exit, { attemptId, shard }: ShardRequest): WorkerDeath | WorkerRefusal {
    const words = this.#pipes.lastWords(attemptId);
    if ("lost" in exit) return new WorkerDeath(lossOf({ kind: "lost", why: exit.lost }, words, shard));
    if (!("error" in exit) && this.#isReady) return new WorkerDeath(deathOf(exit, words, shard));
    const { message } = this.#startFailureOf(exit);
    return new WorkerRefusal("invoke", `A worker process could not be started: ${message}`, { transient: true });
  }

  #startFailureOf(exit: Exit): Error {
    if ("error" in exit) return exit.error;
    if ("lost" in exit) return new Error(exit.lost);
    return new Error(`exit code ${exit.code}, signal ${exit.signal}\n${this.#pipes.lastLines}`);
  }
}
