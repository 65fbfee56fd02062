/** Requests to Lambda from when it is first needed until the backend is closed. */

import { setMaxListeners } from "node:events";
import type { InvokeCommandInput, InvokeCommandOutput } from "@aws-sdk/client-lambda";
import { InvokeError } from "../../errors.js";
import { following } from "../../util/abort.js";
import type { OnHeld } from "../backend.js";
import { type Sent, sendUntilTaken } from "../send.js";
import { Gate } from "../throttle-gate.js";
import { type LambdaConnection, SHORT_SOCKETS } from "./client.js";
import type { LambdaSettings } from "./options.js";
import type { Way } from "./payload.js";
import { faultOf } from "./sdk-errors.js";

/** What was asked of Lambda so far. */
export interface LambdaRequests {
  /** Invocations sent, the ones below included. */
  invoke: number;
  /** Those that were throttled. */
  throttled: number;
  /** Those that failed, or whose answer was lost. */
  failed: number;
}

interface SendOptions {
  way: Way;
  requestTimeoutMs: number;
  signal: AbortSignal;
  onHeld?: OnHeld | undefined;
}

export class LambdaSession {
  readonly connection: LambdaConnection;
  readonly #requests: LambdaRequests;
  readonly #closing = new AbortController();
  readonly #gates: Record<Way, Gate>;

  constructor(connection: LambdaConnection, settings: LambdaSettings, requests: LambdaRequests) {
    const { maxSockets, maxThrottleMs } = settings;
    this.connection = connection;
    this.#requests = requests;
    this.#gates = {
      push: new Gate({ max: maxSockets, maxThrottleMs }),
      // Half of the short connections, so that reads find one, too.
      poll: new Gate({ max: SHORT_SOCKETS / 2, maxThrottleMs }),
    };
    setMaxListeners(0, this.#closing.signal);
  }

  /** Aborted by `close()`. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  get canPush(): boolean {
    return !this.#gates.push.isFull;
  }

  /**
   * Sends an invocation, again and again while Lambda throttles it or fails. Rejects with `WorkerRefusal`, with the
   * signal's reason, and with `InvokeError` when the session is closed.
   */
  async invoke(input: InvokeCommandInput, options: SendOptions): Promise<InvokeCommandOutput> {
    const link = following(options.signal, this.#closing.signal);
    try {
      const { signal } = link;
      const gate = this.#gates[options.way];
      const send = () => this.#send(input, { ...options, signal });
      return await sendUntilTaken({ gate, signal, onHeld: options.onHeld, send });
    } finally {
      link.release();
    }
  }

  close(): void {
    this.#closing.abort(new InvokeError("The backend was closed while shards were under way."));
    this.connection.client.destroy();
  }

  async #send(
    input: InvokeCommandInput,
    { requestTimeoutMs, signal }: SendOptions,
  ): Promise<Sent<InvokeCommandOutput>> {
    const { sdk, client, target } = this.connection;
    this.#requests.invoke++;
    try {
      const command = new sdk.InvokeCommand(input);
      return { output: await client.send(command, { abortSignal: signal, requestTimeout: requestTimeoutMs }) };
    } catch (error) {
      const fault = faultOf(error, target);
      if (fault.kind === "throttled") this.#requests.throttled++;
      else if (!signal.aborted) this.#requests.failed++;
      return { fault };
    }
  }
}
