/** An execution environment: one process under Lambda's own client, one invocation at a time, kept warm. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "./deployment.js";
import { FunctionProcess } from "./function-process.js";
import { INIT_MS, MB, RESPONSE_BYTES } from "./limits.js";
import { endLines, startLine } from "./log-text.js";
import type { Settings } from "./options.js";
import { ended, type Outcome, outOfMemory, reported, responseTooLarge, timedOut } from "./outcome.js";
import type { Reaper } from "./reaper.js";
import type { Result } from "./results.js";
import { type Invocation, RuntimeApi } from "./runtime-api.js";

/** How long an answer waits for its runtime to be ready again or gone, ms: the next Invoke finds it warm. */
const NEXT_MS = 100;

/** What environments need of the double around them. */
export interface Host {
  settings: Settings;
  reaper: Reaper;
  /** Folder in which environments make their own. */
  folder: string;
  /** Resolves when the next process may be started. */
  turn(): Promise<void>;
  onLog(functionName: string, text: string): void;
}

export interface Finished extends Outcome {
  /** The log of this invocation. */
  log: string;
}

export class Environment {
  #api = new RuntimeApi({ onReady: () => this.#onReady(), onInitError: (body) => this.#fail(reported(body)) });
  #tmp: string;
  #process: FunctionProcess | undefined;
  #isDead = false;
  #hasEnded = false;
  #log = "";
  #current: { requestId: string; resolve: (outcome: Outcome) => void } | undefined;
  /** An invocation that its runtime has not taken yet. */
  #unhanded: Invocation | undefined;
  #waiting: (() => void)[] = [];

  constructor(
    readonly deployment: Deployment,
    readonly host: Host,
    /** It can take an invocation now, or never again. */
    readonly onChange: () => void,
  ) {
    this.#tmp = mkdtempSync(join(host.folder, "tmp-"));
  }

  get isIdle(): boolean {
    return !this.#isDead && this.#current === undefined && this.#api.isReady;
  }

  /** It will take no invocation any more, and its process has ended. */
  get isGone(): boolean {
    return this.#isDead && (this.#process === undefined || this.#hasEnded);
  }

  /** Runs one invocation: only for a new or idle environment. Never rejects. */
  async invoke(requestId: string, payload: string | Uint8Array): Promise<Finished> {
    const { config, functionArn } = this.deployment;
    const outcome = new Promise<Outcome>((resolve) => {
      this.#current = { requestId, resolve };
    });
    this.#log = "";
    const initMs = this.#process ? undefined : await this.#init();
    const startedAt = performance.now();
    const timeoutMs = config.Timeout * 1000;
    const timer = setTimeout(() => this.#fail(timedOut(requestId, config.Timeout)), timeoutMs);
    this.#print(startLine(requestId));
    this.#unhanded = { requestId, functionArn, payload, deadline: Date.now() + timeoutMs };
    this.#hand();
    const { status, errorType, ...rest } = await outcome;
    clearTimeout(timer);
    await this.#untilReadyOrDead();
    const usedBytes = errorType === "Runtime.OutOfMemory" ? config.MemorySize * MB : (this.#process?.peakBytes ?? 0);
    const durationMs = performance.now() - startedAt;
    this.#print(endLines({ requestId, durationMs, initMs, memoryMb: config.MemorySize, usedBytes, status, errorType }));
    return { ...rest, status, ...(errorType === undefined ? {} : { errorType }), log: this.#log };
  }

  /** Ends it, with what it runs. */
  kill(): void {
    this.#fail(ended(this.#current?.requestId ?? "", { code: null, signal: "SIGKILL" }));
  }

  /** Resolves once the process is gone and its files with it. */
  async gone(): Promise<void> {
    while (!this.isGone) await this.#changed();
  }

  /** Starts the process and waits until its runtime is ready, or will not be. Returns the time it took, ms. */
  async #init(): Promise<number> {
    const { settings, reaper } = this.host;
    if (settings.coldStartDelayMs > 0) await sleep(settings.coldStartDelayMs);
    if (this.#isDead) return 0;
    const runtimeApi = await this.#api.listen();
    await this.host.turn();
    const startedAt = performance.now();
    if (this.#isDead) this.#api.close();
    if (this.#isDead) return 0;
    const place = { runtimeApi, tmp: this.#tmp };
    this.#process = new FunctionProcess(this.deployment, settings, place, reaper, {
      onResult: (result) => this.#onResult(result),
      onOutput: (text) => this.#print(text),
      onEnd: (end) => this.#onEnd((id) => (end.isOutOfMemory ? outOfMemory(id) : ended(id, end))),
    });
    while (!this.#api.isReady && !this.#isDead && performance.now() - startedAt < INIT_MS) await this.#changed(INIT_MS);
    return performance.now() - startedAt;
  }

  #onReady(): void {
    this.#hand();
    this.#notify();
  }

  #hand(): void {
    if (!this.#unhanded || !this.#current || !this.#api.isReady) return;
    this.#api.hand(this.#unhanded);
    this.#unhanded = undefined;
  }

  #onResult({ kind, requestId, body }: Result): void {
    if (requestId !== this.#current?.requestId) return;
    if (kind === "error") this.#settle(reported(body));
    else if (body.length > RESPONSE_BYTES) this.#settle(responseTooLarge(RESPONSE_BYTES));
    else this.#settle({ payload: body, status: "success" });
  }

  #onEnd(outcome: (requestId: string) => Outcome): void {
    this.#hasEnded = true;
    this.#fail(outcome(this.#current?.requestId ?? ""));
  }

  /** The environment cannot be used again. */
  #fail(outcome: Outcome): void {
    this.#isDead = true;
    this.#settle(outcome);
    this.#api.close();
    this.#process?.kill();
    if (this.isGone) rmSync(this.#tmp, { recursive: true, force: true });
    this.#notify();
  }

  #settle(outcome: Outcome): void {
    const current = this.#current;
    this.#current = undefined;
    current?.resolve(outcome);
  }

  async #untilReadyOrDead(): Promise<void> {
    const limit = performance.now() + NEXT_MS;
    while (performance.now() < limit && !(this.#isDead ? this.isGone : this.#api.isReady)) await this.#changed(NEXT_MS);
  }

  /** Resolves when something has changed, or after a time. */
  #changed(limitMs = 1000): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #notify(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.onChange();
  }

  #print(text: string): void {
    this.#log += text;
    this.host.onLog(this.deployment.config.FunctionName, text);
  }
}
