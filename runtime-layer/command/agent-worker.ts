/** A worker's process, as its agent sees it. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { WORKER_PIPES } from "../../src/wire/agent.js";
import { PROCESS_ENTRY, PROCESS_ENTRY_VARIABLE } from "../../src/wire/entry.js";
import type { ProcessSetting } from "../../src/wire/messages.js";

/** Time that a dead worker's pipes get to deliver their last words, ms. A grandchild may hold them open for ever. */
const LAST_WORDS_MS = 100;

export type WorkerEnd = { code: number | null; signal: string | null } | { error: Error };

export interface WorkerListener {
  onData(pipe: number, bytes: Uint8Array): void;
  /** Called once, after all data. */
  onEnd(end: WorkerEnd): void;
}

export class AgentWorker {
  readonly #child: ChildProcess;
  readonly #listener: WorkerListener;
  #hasEnded = false;

  constructor(setting: Omit<ProcessSetting, "hostPid">, listener: WorkerListener) {
    const { memoryMb } = setting;
    const flags = memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`];
    const entry = fileURLToPath(new URL("./index.cjs", import.meta.url));
    const processSetting: ProcessSetting = { ...setting, hostPid: process.pid };
    this.#listener = listener;
    this.#child = spawn(process.execPath, [...flags, entry, JSON.stringify(processSetting)], {
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
      env: { ...process.env, [PROCESS_ENTRY_VARIABLE]: PROCESS_ENTRY },
    });
    this.#child.on("error", (error) => this.#end({ error }));
    this.#child.on("exit", (code, signal) => this.#endSoon({ code, signal }));
    this.#child.stdout?.resume();
    for (const pipe of Object.values(WORKER_PIPES)) this.#follow(pipe);
  }

  write(bytes: Uint8Array): void {
    const channel = this.#pipe(WORKER_PIPES.channel) as Writable | undefined;
    if (channel?.writable) channel.write(bytes);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  setFlowing(isFlowing: boolean): void {
    for (const number of Object.values(WORKER_PIPES)) {
      const pipe = this.#pipe(number);
      if (isFlowing) pipe?.resume();
      else pipe?.pause();
    }
  }

  #pipe(number: number): Readable | undefined {
    return (this.#child.stdio?.[number] ?? undefined) as Readable | undefined;
  }

  #follow(number: number): void {
    const pipe = this.#pipe(number);
    pipe?.on("data", (chunk: Uint8Array) => this.#listener.onData(number, chunk));
    // A broken pipe says no more than the end of its process does.
    pipe?.on("error", () => {});
  }

  #endSoon(end: WorkerEnd): void {
    const timer = setTimeout(() => this.#end(end), LAST_WORDS_MS);
    this.#child.once("close", () => {
      clearTimeout(timer);
      this.#end(end);
    });
  }

  #end(end: WorkerEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#listener.onEnd(end);
  }
}
