/** Starts a worker's process on this machine, and sees it end. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import { ownRequire } from "../../util/own-file.js";
import type { ProcessSetting } from "../../wire/messages.js";
import type { WorkerSetting } from "../backend.js";
import { settingForWorker } from "../pool/process-setting.js";
import type { Exit, WorkerChild } from "../pool/worker-child.js";
import { workerEnv } from "./worker-env.js";

/** Places of our own pipes among the child's standard streams, after the three usual ones. */
const CHANNEL_FD = 3;
const STATUS_FD = 4;

/** Time that a dead worker's pipes get to deliver their last words, ms. A grandchild may hold them open for ever. */
const LAST_WORDS_MS = 100;

/**
 * @param workersInside workers that jobs may have which its calls start
 * @param given path of the program that it runs; default: the package's own worker
 */
export function startChild(setting: WorkerSetting, workersInside: number, given?: string): WorkerChild {
  const { memoryMb, store } = setting;
  const entry = given ?? ownRequire.resolve("nodewren/worker");
  const flags = memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`];
  const processSetting: ProcessSetting = {
    ...settingForWorker(setting),
    hostPid: process.pid,
    workersInside,
    ...(store.temporary === true && { temporaryFolder: String(store.folder) }),
  };
  const child = spawn(process.execPath, [...flags, entry, JSON.stringify(processSetting)], {
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    env: workerEnv(process.env),
  });
  return new LocalChild(child);
}

class LocalChild implements WorkerChild {
  readonly channel: Duplex | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  readonly status: Readable | undefined;
  readonly ended: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #channel: Socket | undefined;
  #isKilled = false;

  /** A process that could not be started, for want of descriptors say, has no pipes. */
  constructor(child: ChildProcess) {
    this.#child = child;
    const pipes = [...((child.stdio as readonly unknown[] | undefined) ?? [])] as (Socket | null)[];
    this.#channel = pipes[CHANNEL_FD] ?? undefined;
    this.channel = this.#channel;
    this.stdout = child.stdout ?? undefined;
    this.stderr = child.stderr ?? undefined;
    this.status = pipes[STATUS_FD] ?? undefined;
    for (const pipe of pipes) pipe?.unref?.();
    this.ended = new Promise((resolve) => {
      child.once("error", (error) => resolve({ error }));
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
  }

  lastWords(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LAST_WORDS_MS);
      this.#child.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  hold(isBusy: boolean): void {
    // An answer may still come from one that was killed, and whoever waits for its end must not be left without an event to wait for.
    if (this.#isKilled) return;
    for (const one of [this.#channel, this.#child]) {
      if (isBusy) one?.ref();
      else one?.unref();
    }
  }

  kill(): void {
    this.#isKilled = true;
    this.#child.ref();
    this.#child.kill("SIGKILL");
  }
}
