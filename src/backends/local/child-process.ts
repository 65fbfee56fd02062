/** One local worker: a child process, the messages it exchanges with the host, and what is left when it dies. */
import type { ChildProcess } from "node:child_process";
import { textOf } from "../../util/describe-value.js";
import type { Answer, FromWorker, ShardRequest } from "../../wire/messages.js";
import { setupKeyOf } from "../../wire/setup-key.js";
import { type Death, type OnPrinted, WorkerDeath, WorkerRefusal, type WorkerSetting } from "../backend.js";
import { deathOf, lossOf, refusalOf } from "../death.js";
import { DEAF_MS, type NoSign, SILENT_MS, SignsOfLife, START_MS } from "./signs-of-life.js";
import { type Exit, exitOf, lastWords, startChild } from "./start-child.js";
import { WorkerPipes } from "./worker-pipes.js";

interface Running {
  request: ShardRequest;
  onPrinted: OnPrinted | undefined;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export class LocalProcess {
  readonly #memoryMb: number | undefined;
  /** Resolves when the process takes no more shards, because it has ended or was killed. */
  readonly retired: Promise<void>;
  /** Resolves when the process has ended and its last words were read. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #pipes: WorkerPipes;
  readonly #signs = new SignsOfLife((what) => this.#giveUp(what));
  #running: Running | undefined;
  /** Of the job's setups that ran in the process; empty while none did. */
  #setupKey = "";
  #isReserved = false;
  #isReady = false;
  #retire!: () => void;
  #isRetired = false;
  #exit: Exit | undefined;

  /** @param workersInside workers that jobs may have which its calls start */
  constructor(setting: WorkerSetting, workersInside: number) {
    this.#memoryMb = setting.memoryMb;
    this.#child = startChild(setting, workersInside);
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
    this.#hold(false);
  }

  /** Whether the process can take a shard. */
  get isFree(): boolean {
    return !this.#isRetired && !this.#isReserved;
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
    this.#hold(true);
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
    // Whoever waits for the end must live to see it.
    this.#child.ref();
    this.#child.kill("SIGKILL");
    this.#retire();
  }

  #giveUp(what: NoSign): void {
    if (what === "silent") this.#lose({ kind: "lost", silentMs: SILENT_MS });
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
    this.#hold(false);
    return running;
  }

  /** The host's event loop must go on while a shard runs, and must not because of an idle worker. */
  #hold(busy: boolean): void {
    this.#pipes.hold(busy);
    if (busy) this.#child.ref();
    else this.#child.unref();
  }

  async #watchEnd(): Promise<void> {
    const exit = await exitOf(this.#child);
    this.#isRetired = true;
    if (this.#running) await lastWords(this.#child);
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
    if (!("error" in exit) && this.#isReady)
      return new WorkerDeath(deathOf(exit, this.#pipes.lastWords(attemptId), shard));
    const why =
      "error" in exit ? exit.error.message : `exit code ${exit.code}, signal ${exit.signal}\n${this.#pipes.lastLines}`;
    return new WorkerRefusal("invoke", `A worker process could not be started: ${why}`, { transient: true });
  }
}
