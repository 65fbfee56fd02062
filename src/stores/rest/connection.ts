/** Requests to one bucket: bounded, signed at each try, and tried again where that can help. */
import type { Agent, ClientRequest } from "node:http";
import type { LimitFunction } from "p-limit";
import { agentsFor, isAgent } from "../../util/agents.js";
import { httpModuleFor } from "../../util/http-module.js";
import { Conditions } from "../conditions.js";
import { storeClosed } from "../connection-faults.js";
import { type Fault, triesFor, withRetries } from "../retry.js";
import type { Dialect, RestReply, RestRequest } from "./dialect.js";
import { send, type Way } from "./send.js";

export interface RestSettings {
  /** Address of the server, without a slash at its end. */
  endpoint: string;
  agent: Agent | undefined;
  maxRequests: number;
  timeoutMs: number;
}

interface Opened extends Way {
  limit: LimitFunction;
  /** Aborted when the connection is closed. */
  closing: AbortController;
  /** Closes connections that nobody uses. */
  release(): void;
}

/** Looks at a success before it counts as one. Throws what is to be tried again. */
type Check = (reply: RestReply) => void;

export class RestConnection {
  readonly dialect: Dialect;
  readonly settings: RestSettings;
  readonly conditions: Conditions;
  #opened: Promise<Opened> | undefined;

  constructor(dialect: Dialect, settings: RestSettings) {
    this.dialect = dialect;
    this.settings = settings;
    const { bucket, place, condition, service, isOriginal } = dialect;
    const names = { bucket, server: `The server of ${place} (${settings.endpoint})`, condition, keepers: service };
    this.conditions = new Conditions(names, isOriginal, (error) => dialect.isTaken(error as Fault));
  }

  /** Runs one request, in its turn, up to its whole answer; tries again what may pass. Rejects with a `Fault`. */
  attempt(make: () => RestRequest, check?: Check): Promise<RestReply> {
    return this.#inTurn(make, check, (once) => withRetries(once, triesFor, () => {}));
  }

  /** The same, and tries nothing again. */
  once(make: () => RestRequest): Promise<RestReply> {
    return this.#inTurn(make, undefined, (once) => once());
  }

  async #inTurn(
    make: () => RestRequest,
    check: Check | undefined,
    run: (once: () => Promise<RestReply>) => Promise<RestReply>,
  ): Promise<RestReply> {
    this.#opened ??= open(this.settings);
    const { limit, closing, ...way } = await this.#opened;
    return limit(() =>
      run(async () => {
        closing.signal.throwIfAborted();
        try {
          const reply = await this.#send(make(), way);
          check?.(reply);
          return reply;
        } catch (error) {
          // Not tried again on these connections, whatever it failed with.
          closing.signal.throwIfAborted();
          throw error;
        }
      }),
    );
  }

  async #send(request: RestRequest, way: Way): Promise<RestReply> {
    const { dialect } = this;
    const reply = await send(await dialect.authorize(request), way);
    const isSuccess = reply.status >= 200 && reply.status < 300;
    if (!isSuccess) {
      const { code, message } = dialect.refusal(reply);
      throw faultOf(code, message, reply, dialect.requestId(reply));
    }
    if (!dialect.isAnswer(reply))
      throw Object.assign(new Error("The answer is none of that service"), { code: "ERR_OTHER_SERVICE" });
    return reply;
  }

  /** Requests under way fail. The next request opens new connections. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    const { live, closing, release } = (await opened?.catch(() => undefined)) ?? {};
    closing?.abort(storeClosed());
    for (const request of live ?? []) request.destroy(storeClosed());
    release?.();
  }
}

function faultOf(name: string, message: string, { status }: RestReply, requestId: string | undefined): Error {
  const $metadata = { httpStatusCode: status, ...(requestId !== undefined && { requestId }) };
  return Object.assign(new Error(message), { name, $metadata });
}

async function open({ endpoint, agent: given, maxRequests, timeoutMs }: RestSettings): Promise<Opened> {
  const { default: pLimit } = await import("p-limit");
  const { Agent, request } = await httpModuleFor(endpoint);
  const { httpsAgent } = await agentsFor(endpoint, { keepAlive: true, maxSockets: maxRequests }, given);
  const agent = isAgent(httpsAgent) ? httpsAgent : new Agent(httpsAgent);
  const release = () => {
    if (agent !== given) agent.destroy();
  };
  const live = new Set<ClientRequest>();
  return { request, agent, timeoutMs, live, limit: pLimit(maxRequests), closing: new AbortController(), release };
}
