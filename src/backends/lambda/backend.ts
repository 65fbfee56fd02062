/** Runs shards on AWS Lambda: each is one invocation of the function that `nodewren deploy` made. */

import { asCalled } from "../../util/called.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { MINUTE_MS, SECOND_MS } from "../../util/time.js";
import type { BilledPlace } from "../../wire/billed.js";
import { callPlace } from "../../wire/call-place.js";
import type { Inside } from "../../wire/inside.js";
import type { Answer, ShardRequest } from "../../wire/messages.js";
import type { Backend, BackendLimits, OnHeld } from "../backend.js";
import { connectLambda } from "./client.js";
import { type LambdaLimits, learnLimits, MAX_TIMEOUT_MS } from "./limits.js";
import { type LambdaBackendOptions, type LambdaSettings, lambdaSettings } from "./options.js";
import { fittingPayload, wayOf } from "./payload.js";
import { checkMemory, checkRequest, type KnownFunction } from "./refusals.js";
import { answerOf } from "./response.js";
import { type LambdaRequests, LambdaSession } from "./session.js";
import { MIB, systemOfFunction } from "./system.js";

/** Shards at once unless more are asked for: Lambda's default for an account, of which it starts 1,000 in ten seconds. */
const DEFAULT_MAX_CONCURRENCY = 1000;

/** Where Lambda may not be asked: more than the 10 of a new account, which throttles the rest, and they are tried again. */
const UNKNOWN_CONCURRENCY = 100;

/** Each costs an invocation and two requests of the store, and some 50 ms; with two, a slow worker delays a job by half. */
const SHARDS_PER_WORKER = 2;

/** 128 KiB make 171 KiB of JSON, so that a request stays below the 256 KB which asynchronous invocations are billed by. */
const INLINE_BYTES = 128 * 1024;

/** Time that a worker may take to start before the function's own time begins, and to answer after it, ms. */
const START_GRACE_MS = MINUTE_MS;

/** Time for what Lambda queued to be started, ms: it tries again for hours what it throttled, but seldom must for long. */
const QUEUE_GRACE_MS = 2 * MINUTE_MS;

/** A worker beats each 10 s of a shard: so one that is lost is noticed within a minute. */
const BEATS = { firstMs: 50 * SECOND_MS, silentMs: 40 * SECOND_MS };

/** Time for which what was learnt is taken to hold, ms. */
const LEARNT_MS = 5 * MINUTE_MS;

/** Of a function that may not be asked: the defaults of `nodewren deploy`. */
const DEPLOYED = { memoryMb: 1769, architecture: "arm64" } as const;

const NOTHING_LEARNT: LambdaLimits = {
  concurrency: undefined,
  timeoutMs: MAX_TIMEOUT_MS,
  memoryMb: undefined,
  region: undefined,
  architecture: undefined,
  system: systemOfFunction({}),
  diskBytes: undefined,
  denied: [],
};

export class LambdaBackend implements Backend {
  readonly name = "lambda";
  readonly reach = "network";
  /** TLS on the way, and what Lambda queues is encrypted there (AWS documentation, "Data encryption at rest for AWS Lambda"). */
  readonly carriesKeys = true;
  /** What was asked of Lambda so far, by all jobs. */
  readonly requests: Readonly<LambdaRequests>;
  readonly #settings: LambdaSettings;
  readonly #requests: LambdaRequests = { invoke: 0, throttled: 0, failed: 0 };
  #session: Promise<LambdaSession> | undefined;
  #learning: { at: number; done: Promise<void> } | undefined;
  #learnt: LambdaLimits = NOTHING_LEARNT;
  #hasWarned = false;

  /** Throws `OptionError` when an option is unknown or out of range. Asks nothing of Lambda yet. */
  constructor(options: LambdaBackendOptions = {}) {
    this.#settings = asCalled(LambdaBackend, () => lambdaSettings(options));
    this.requests = this.#requests;
  }

  /** As it was given, or its default. */
  get functionName(): string {
    return this.#settings.functionName;
  }

  [INSPECT](...how: InspectArguments): string {
    const { functionName, region, endpoint } = this.#settings;
    return inspected("LambdaBackend", { functionName, region, endpoint }, how);
  }

  get maxShardMs(): number {
    return this.#learnt.timeoutMs;
  }

  get limits(): BackendLimits {
    const { invocation, pollMs, maxThrottleMs } = this.#settings;
    return {
      concurrency: this.#concurrency(),
      shardsPerWorker: SHARDS_PER_WORKER,
      inlineBytes: INLINE_BYTES,
      pollMs: invocation === "push" ? undefined : pollMs,
      beats: BEATS,
      system: this.#learnt.system,
      diskBytes: this.#learnt.diskBytes,
      workerMemoryMb: this.#learnt.memoryMb,
      isPolled: invocation === "poll",
      billing: this.#billing(),
      graceMs: invocation === "poll" ? QUEUE_GRACE_MS : START_GRACE_MS + maxThrottleMs,
    };
  }

  /**
   * Rejects with `InvokeError` when the AWS SDK is not installed, Lambda cannot be asked or there is no such function, with
   * `VersionError` when its worker is of another release. Asks Lambda at most once in five minutes.
   */
  ready(): Promise<void> {
    if (!this.#learning || performance.now() - this.#learning.at > LEARNT_MS) {
      const done = this.#learn();
      const learning = { at: performance.now(), done };
      this.#learning = learning;
      done.catch(() => this.#forget(learning));
    }
    return this.#learning.done;
  }

  checkRequest(request: ShardRequest): void {
    const way = this.#settings.invocation === "poll" ? "poll" : "push";
    checkRequest({ ...request, inside: this.#inside() }, this.#known, way);
  }

  /** Does nothing: Lambda starts a worker for each shard that finds none free, and those of the job before stay warm. */
  warm(): void {}

  async invoke(request: ShardRequest, signal: AbortSignal, onHeld?: OnHeld): Promise<Answer | undefined> {
    signal.throwIfAborted();
    checkMemory(request, this.#known);
    const session = await this.#open();
    const { target } = session.connection;
    const way = wayOf(request, this.#settings.invocation, session.canPush);
    const common = {
      FunctionName: target.functionName,
      Payload: fittingPayload({ ...request, inside: this.#inside() }, way),
    };
    if (way === "poll") {
      const { requestTimeoutMs } = this.#settings;
      await session.invoke({ ...common, InvocationType: "Event" }, { way, requestTimeoutMs, signal, onHeld });
      return undefined;
    }
    const requestTimeoutMs = this.maxShardMs + START_GRACE_MS;
    const output = await session.invoke({ ...common, LogType: "Tail" }, { way, requestTimeoutMs, signal, onHeld });
    return answerOf(output, request, target);
  }

  /** What is under way fails. The next job connects again. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#learning = undefined;
    (await session?.catch(() => undefined))?.close();
  }

  get #known(): KnownFunction {
    return { functionName: this.functionName, memoryMb: this.#learnt.memoryMb };
  }

  /** Each worker's jobs may have so many that as many workers as that, with theirs, are what this backend may have. */
  #inside(): Inside {
    const workers = Math.max(1, Math.floor(Math.sqrt(this.#concurrency())));
    return { depth: (callPlace()?.depth ?? 0) + 1, workers };
  }

  #open(): Promise<LambdaSession> {
    if (!this.#session) {
      const session = this.#connect();
      this.#session = session;
      // The next one may find the SDK installed, or a region.
      session.catch(() => {
        if (this.#session === session) this.#session = undefined;
      });
    }
    return this.#session;
  }

  async #connect(): Promise<LambdaSession> {
    return new LambdaSession(await connectLambda(this.#settings), this.#settings, this.#requests);
  }

  async #learn(): Promise<void> {
    const { connection, closing } = await this.#open();
    this.#learnt = await learnLimits(connection, this.#settings, closing);
    this.#warnOfDefaults();
  }

  #forget(learning: object): void {
    if (this.#learning === learning) this.#learning = undefined;
  }

  /** What is not known is as `nodewren deploy` makes it. */
  #billing(): BilledPlace | undefined {
    const { region = this.#settings.region, diskBytes } = this.#learnt;
    const { memoryMb = DEPLOYED.memoryMb, architecture = DEPLOYED.architecture } = this.#learnt;
    const diskMb = diskBytes === undefined ? undefined : diskBytes / MIB;
    return region === undefined ? undefined : { region, architecture, memoryMb, diskMb };
  }

  #concurrency(): number {
    const { concurrency, invocation, maxSockets } = this.#settings;
    const wanted = concurrency ?? (this.#learnt.concurrency ? DEFAULT_MAX_CONCURRENCY : UNKNOWN_CONCURRENCY);
    const granted = Math.min(wanted, this.#learnt.concurrency ?? Infinity);
    return invocation === "push" ? Math.min(granted, maxSockets) : granted;
  }

  #warnOfDefaults(): void {
    const { denied } = this.#learnt;
    if (denied.length === 0 || this.#hasWarned) return;
    this.#hasWarned = true;
    process.emitWarning(
      `Lambda's limits are not known, because the AWS policy allows no ${denied.join(", ")}: up to ${this.#concurrency()} shards run at once, and ${this.maxShardMs / 1000} s count as the longest time of each. Allow these reads, or give LambdaBackend the option concurrency.`,
      "NodewrenWarning",
    );
  }
}
