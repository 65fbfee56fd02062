/** One local worker: a child process, the messages it exchanges with the host, and what is left when it dies. */
import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { textOf } from "../text-of.js";
import type {
  Answer,
  FromWorker,
  ProcessSetting,
  Shard,
  ShardRequest,
  StatusLine,
  ToWorker,
} from "../wire/messages.js";
import { readFromWorker, readStatusLine } from "../wire/read-messages.js";
import { WorkerDeath, WorkerRefusal, type WorkerSetting } from "./backend.js";
import { deathOf } from "./local-death.js";
import { refusalOf } from "./refusal.js";
import { LinesTail, TextTail } from "./tails.js";
import { workerEnv } from "./worker-env.js";

/** Place of the status pipe among the child's standard streams, after the three usual ones and Node's own channel. */
const STATUS_FD = 4;

/** Time that a dead worker's pipes get to deliver their last words, ms. A grandchild may hold them open for ever. */
const LAST_WORDS_MS = 100;

interface Running {
  request: ShardRequest;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export class LocalProcess {
  readonly memoryMb: number | undefined;
  /** Resolves when the process takes no more shards, because it has ended or was killed. */
  readonly retired: Promise<void>;
  /** Resolves when the process has ended and its last words were read. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #stderr = new TextTail();
  readonly #status = new LinesTail<StatusLine>(readStatusLine);
  #running: Running | undefined;
  #isReserved = false;
  #isReady = false;
  #retire!: () => void;
  #isRetired = false;
  #exit: Exit | undefined;

  constructor(setting: WorkerSetting) {
    this.memoryMb = setting.memoryMb;
    this.#child = startChild(setting);
    this.retired = new Promise((resolve) => {
      this.#retire = resolve;
    });
    this.ended = this.#watchEnd();
    this.#child.on("message", (message) => this.#take(readFromWorker(message)));
    this.#readPipes();
    this.#hold(false);
  }

  /** A process that could not be started, for want of descriptors say, has no pipes. */
  #readPipes(): void {
    const { stdout, stderr, stdio } = this.#child;
    stdout?.resume();
    this.#stderr.follow(stderr);
    this.#status.follow((stdio?.[STATUS_FD] as Readable | null | undefined) ?? null);
    for (const pipe of stdio ?? []) (pipe as Socket | null)?.unref?.();
  }

  /** Whether the process can take a shard. */
  get isFree(): boolean {
    return !this.#isRetired && !this.#isReserved;
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
  run(request: ShardRequest): Promise<Answer> {
    this.#hold(true);
    return new Promise((resolve, reject) => {
      this.#running = { request, resolve, reject };
      try {
        this.#send({ type: "run", request });
      } catch (cause) {
        const message = `The request could not be sent to a worker: ${textOf(cause)}`;
        this.#release()?.reject(new WorkerRefusal("invoke", message, { transient: false, cause }));
      }
      if (this.#exit) this.#loseRunning(this.#exit);
    });
  }

  /** Asks the running call, through its signal, to stop. */
  cancel(attemptId: string): void {
    this.#send({ type: "cancel", attemptId });
  }

  kill(): void {
    this.#isRetired = true;
    // Whoever waits for the end must live to see it.
    this.#child.ref();
    this.#child.kill("SIGKILL");
    this.#retire();
  }

  #send(message: ToWorker): void {
    // A failed send is not lost: the process is dead then, and its end says so.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #take(message: FromWorker | undefined): void {
    if (!message) return;
    if (message.type === "ready") this.#isReady = true;
    else if (this.isRunning(message.attemptId)) this.#settle(message);
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
    this.#isReserved = false;
    this.#hold(false);
    return running;
  }

  /** The host's event loop must go on while a shard runs, and must not because of an idle worker. */
  #hold(busy: boolean): void {
    const { channel } = this.#child;
    if (busy) {
      this.#child.ref();
      channel?.ref();
    } else {
      this.#child.unref();
      channel?.unref();
    }
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
    running?.reject(this.#lossOf(exit, running.request.shard));
  }

  /** A process that ends before it was ready says nothing about the shard: it is the start that failed. */
  #lossOf(exit: Exit, shard: Shard): WorkerDeath | WorkerRefusal {
    const stderr = this.#stderr.text();
    if (!("error" in exit) && this.#isReady) return new WorkerDeath(deathOf(exit, this.#status.last(), stderr, shard));
    const why = "error" in exit ? exit.error.message : `exit code ${exit.code}, signal ${exit.signal}\n${stderr}`;
    return new WorkerRefusal("invoke", `A worker process could not be started: ${why}`, { transient: true });
  }
}

function startChild(setting: WorkerSetting): ChildProcess {
  const { memoryMb } = setting;
  const entry = createRequire(import.meta.url).resolve("nodewren/worker");
  return fork(entry, [JSON.stringify(processSettingOf(setting))], {
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc", "pipe"],
    execArgv: memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`],
    env: workerEnv(process.env),
  });
}

function processSettingOf({ memoryMb, store }: WorkerSetting): ProcessSetting {
  return {
    hostPid: process.pid,
    argv: process.argv,
    ...(memoryMb !== undefined && { memoryMb }),
    ...(store.temporary === true && { temporaryFolder: String(store.folder) }),
  };
}

type Exit = { code: number | null; signal: string | null } | { error: Error };

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

function lastWords(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LAST_WORDS_MS);
    child.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
