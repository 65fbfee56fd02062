/** Runs shards on servers that take each by one request of HTTP: containers, functions, other machines. */
import { asCalled } from "../../util/called.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { MINUTE_MS } from "../../util/time.js";
import { callPlace } from "../../wire/call-place.js";
import { encodeRequest } from "../../wire/invocation.js";
import type { Answer, ShardRequest } from "../../wire/messages.js";
import { sealRequest } from "../../wire/sealed-request.js";
import { type Backend, type BackendLimits, type OnHeld, WorkerDeath, WorkerRefusal } from "../backend.js";
import { refusalOf } from "../death.js";
import { type LearntOfServers, learnOfServers } from "./learn.js";
import { type HttpBackendOptions, type HttpSettings, httpSettings } from "./options.js";
import { type HttpRequests, HttpSession, type RunAnswer } from "./session.js";

/** Each costs a request, some 10 ms, and the store's; with four, a slow worker delays a job by a quarter. */
const SHARDS_PER_WORKER = 4;

/** Where the servers cannot be asked how many workers they have. */
const UNKNOWN_CONCURRENCY = 1;

/** A shard's inputs ride in its request up to this size, bytes, or up to a quarter of what the platform takes. */
const INLINE_BYTES = 128 * 1024;
const INLINE_SHARE = 1 / 4;

/** Time that a worker may take to start before its own time begins, and to answer after it, ms. */
const START_GRACE_MS = MINUTE_MS;

/** Time before the platform's own limit at which a shard is ended, ms: it can still be told why. At most a tenth of the limit. */
const LEAD_MS = 2000;
const LEAD_SHARE = 0.1;

/** Time for which what was learnt is taken to hold, ms. */
const LEARNT_MS = 5 * MINUTE_MS;

export class HttpBackend implements Backend {
  readonly name = "http";
  /** What was asked of the servers so far, by all jobs. */
  readonly requests: Readonly<HttpRequests>;
  readonly #settings: HttpSettings;
  readonly #requests: HttpRequests = { sent: 0, throttled: 0, failed: 0 };
  #session: HttpSession | undefined;
  #learning: { at: number; done: Promise<void> } | undefined;
  #learnt: LearntOfServers | undefined;

  /** Throws `OptionError` when an option is unknown, missing or out of range. Asks nothing of the servers yet. */
  constructor(options: HttpBackendOptions) {
    this.#settings = asCalled(HttpBackend, () => httpSettings(options));
    this.requests = this.#requests;
  }

  [INSPECT](...how: InspectArguments): string {
    return inspected("HttpBackend", { urls: this.#settings.urls, preset: this.#settings.preset.title }, how);
  }

  get reach(): Backend["reach"] {
    return this.#settings.reach;
  }

  get maxShardMs(): number {
    const { timeoutMs } = this.#settings;
    return timeoutMs - Math.min(LEAD_MS, timeoutMs * LEAD_SHARE);
  }

  get limits(): BackendLimits {
    const { concurrency, maxRequestBytes, maxThrottleMs } = this.#settings;
    return {
      concurrency: concurrency ?? this.#learnt?.workers ?? UNKNOWN_CONCURRENCY,
      shardsPerWorker: SHARDS_PER_WORKER,
      inlineBytes: Math.min(INLINE_BYTES, maxRequestBytes * INLINE_SHARE),
      graceMs: START_GRACE_MS + maxThrottleMs,
      system: this.#learnt?.system,
    };
  }

  /**
   * Rejects with `InvokeError` when no server answers, or what answers is none of nodewren's, with `VersionError` when it is of
   * another release. Asks at most once in five minutes, and nothing where a platform has nobody who would tell.
   */
  ready(): Promise<void> {
    if (!this.#learning || performance.now() - this.#learning.at > LEARNT_MS) {
      const learning = { at: performance.now(), done: this.#learn() };
      this.#learning = learning;
      learning.done.catch(() => {
        if (this.#learning === learning) this.#learning = undefined;
      });
    }
    return this.#learning.done;
  }

  /** Does nothing: servers start workers as shards come, and those of the job before stay warm. */
  warm(): void {}

  async invoke(request: ShardRequest, signal: AbortSignal, onHeld?: OnHeld): Promise<Answer> {
    signal.throwIfAborted();
    this.#session ??= this.#connect();
    const depth = (callPlace()?.depth ?? 0) + 1;
    const text = encodeRequest({ ...request, shardMs: this.maxShardMs, inside: { depth, workers: 1 } });
    const body = () => Buffer.from(JSON.stringify(sealRequest(text, this.#settings.token)));
    this.#checkSize(body().byteLength, request);
    const timeoutMs = this.#settings.timeoutMs + START_GRACE_MS;
    return answerOf(await this.#session.run({ body, timeoutMs, signal, onHeld }), request);
  }

  /** What is under way fails. The next job connects again. */
  async close(): Promise<void> {
    this.#session?.close();
    this.#session = undefined;
    this.#learning = undefined;
  }

  #connect(): HttpSession {
    return new HttpSession(this.#settings, this.#requests);
  }

  async #learn(): Promise<void> {
    this.#session ??= this.#connect();
    this.#learnt = await learnOfServers(this.#session, this.#settings.preset);
  }

  /** Throws `WorkerRefusal` for more than the platform takes. */
  #checkSize(bytes: number, { shard }: ShardRequest): void {
    const { maxRequestBytes } = this.#settings;
    if (bytes <= maxRequestBytes) return;
    throw new WorkerRefusal(
      "invoke",
      `The request for shard ${shard.name} takes ${bytes} bytes, and at most ${maxRequestBytes} are taken there (option maxRequestBytes). Shorten what the option env holds: large values belong into inputs or broadcasts.`,
      { transient: false },
    );
  }
}

/** Throws `WorkerDeath` and `WorkerRefusal`, as `Backend.invoke` rejects. */
function answerOf(answer: RunAnswer, { attemptId }: ShardRequest): Answer {
  if ("death" in answer) throw new WorkerDeath(answer.death);
  if ("failure" in answer) throw refusalOf(answer.failure);
  if (answer.answer.attemptId === attemptId) return answer.answer;
  const message = "A server answered for another shard than it was sent: something in between keeps old answers.";
  throw new WorkerRefusal("invoke", message, { transient: true, mayHaveRun: true });
}
