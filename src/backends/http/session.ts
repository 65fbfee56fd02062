/** Requests to the servers from when they are first needed until the backend is closed. */
import { setMaxListeners } from "node:events";
import { InvokeError } from "../../errors.js";
import { following } from "../../util/abort.js";
import { decodeServed, type ServedAnswer } from "../../wire/served-answer.js";
import type { OnHeld } from "../backend.js";
import { final, type RequestFault } from "../request-fault.js";
import { type Sent, sendUntilTaken } from "../send.js";
import { Gate } from "../throttle-gate.js";
import { faultOfError, faultOfReply } from "./faults.js";
import type { HttpSettings } from "./options.js";
import { type Place, Places } from "./places.js";
import { HttpConnections, type HttpReply } from "./request.js";

/** What was asked of the servers so far. */
export interface HttpRequests {
  /** Shards sent, the ones below included. */
  sent: number;
  /** Those that were throttled. */
  throttled: number;
  /** Those that failed, or whose answer was lost. */
  failed: number;
}

/** A shard did run, or its worker said why not. */
export type RunAnswer = Exclude<ServedAnswer, { refusal: unknown }>;

export interface ShardSending {
  /** Makes the body, anew for each try: it is signed with its time. */
  body(): Uint8Array;
  timeoutMs: number;
  signal: AbortSignal;
  onHeld: OnHeld | undefined;
}

export class HttpSession {
  readonly #settings: HttpSettings;
  readonly #requests: HttpRequests;
  readonly #connections = new HttpConnections();
  readonly #closing = new AbortController();
  readonly #places: Places;
  readonly #gate: Gate;

  constructor(settings: HttpSettings, requests: HttpRequests) {
    const { urls, maxThrottleMs } = settings;
    this.#settings = settings;
    this.#requests = requests;
    this.#places = new Places(urls);
    // The host hands out no more shards at once than the backend's limit.
    this.#gate = new Gate({ max: Number.MAX_SAFE_INTEGER, maxThrottleMs });
    setMaxListeners(0, this.#closing.signal);
  }

  get places(): readonly Place[] {
    return this.#places.all;
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Sends a shard, again and again while it is throttled or fails. Rejects with `WorkerRefusal`, with the signal's reason, and
   * with `InvokeError` when the session is closed.
   */
  async run({ signal: given, onHeld, ...sending }: ShardSending): Promise<RunAnswer> {
    const link = following(given, this.#closing.signal);
    try {
      const { signal } = link;
      const send = () => this.#send({ ...sending, signal });
      return await sendUntilTaken({ gate: this.#gate, signal, onHeld, send });
    } finally {
      link.release();
    }
  }

  /** Reads what is at the URL, which runs nothing. Rejects with the system's error. */
  async read(url: string): Promise<HttpReply> {
    const { requestTimeoutMs: ms } = this.#settings;
    const { signal } = this.#closing;
    const headers = await this.#headers();
    return this.#connections.call({ url, headers, signal, connectTimeoutMs: ms, timeoutMs: ms });
  }

  close(): void {
    this.#closing.abort(new InvokeError("The backend was closed while shards were under way."));
    this.#connections.close();
  }

  async #send({ body, timeoutMs, signal }: Omit<ShardSending, "onHeld">): Promise<Sent<RunAnswer>> {
    const place = this.#places.next();
    const { url } = place;
    const { requestTimeoutMs: connectTimeoutMs } = this.#settings;
    this.#requests.sent++;
    place.active++;
    try {
      const headers = await this.#headers();
      const reply = await this.#connections.call({ url, headers, body: body(), signal, connectTimeoutMs, timeoutMs });
      return this.#sent(reply, place);
    } catch (error) {
      return this.#failed(faultOfError(error, url), place, signal.aborted);
    } finally {
      place.active--;
    }
  }

  /** What our server says counts, whatever status the platform gives it. */
  #sent(reply: HttpReply, place: Place): Sent<RunAnswer> {
    const answer = decodeServed(reply.body);
    if (!answer) return this.#failed(faultOfReply(reply, place.url), place);
    if (!("refusal" in answer)) return { output: answer };
    const { status, message } = answer.refusal;
    if (status !== 429) return this.#failed(final(`${place.url} runs nothing of this: ${message}`), place);
    return this.#failed({ kind: "throttled", message: `${place.url}: ${message}`, mayHaveRun: false }, place);
  }

  #failed(fault: RequestFault, place: Place, wasAborted = false): { fault: RequestFault } {
    if (fault.kind === "throttled") this.#requests.throttled++;
    else if (!wasAborted) this.#requests.failed++;
    if (!wasAborted && fault.kind !== "throttled") this.#places.failed(place);
    return { fault };
  }

  async #headers(): Promise<Readonly<Record<string, string>>> {
    const { headers } = this.#settings;
    return typeof headers === "function" ? headers() : headers;
  }
}
