/** A server of HTTP for shards: each POST carries one. */
import type { createServer, IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { MINUTE_MS } from "../util/time.js";
import { answerToRead, type HttpAnswer, httpAnswer, isRead, readBody, send, signalOf } from "./http-answer.js";
import type { ShardServer } from "./shard-server.js";

/** Load balancers keep idle connections for up to ten minutes, and answer 502 when a server has closed one just before. */
const KEEP_ALIVE_MS = 11 * MINUTE_MS;

/** How a platform wraps what it passes on to this server, and how it wants to be answered. */
export type Dialect = (body: unknown) => { sealed: unknown; wrap(answer: HttpAnswer): HttpAnswer };

export const PLAIN: Dialect = (body) => ({ sealed: body, wrap: (answer) => answer });

export interface ListenSetting {
  port: number;
  /** Address or name to listen on. */
  host: string;
  dialect?: Dialect;
}

export class HttpServer {
  readonly #shards: ShardServer;
  readonly #dialect: Dialect;
  readonly #server: Server;
  #isClosing = false;

  private constructor(shards: ShardServer, dialect: Dialect, newServer: typeof createServer) {
    this.#shards = shards;
    this.#dialect = dialect;
    this.#server = newServer((request, response) => void this.#handle(request, response));
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** Rejects with the system's error when it cannot listen there. */
  static async start(shards: ShardServer, { port, host, dialect = PLAIN }: ListenSetting): Promise<HttpServer> {
    // Not with this module, parts of which every program loads.
    const { createServer } = await import("node:http");
    const server = new HttpServer(shards, dialect, createServer);
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen(port, host, resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more shards, and resolves when those that run have been answered. */
  async drain(): Promise<void> {
    this.#isClosing = true;
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#shards.close();
  }

  /** Ends at once. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#shards.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#answer(request, response);
      // What is left of a body that was too large is read as well, or the client would see a broken connection and no answer.
      request.resume();
      response.shouldKeepAlive = request.complete && !this.#isClosing;
      send(response, answer);
    } catch {
      // The client went away while it sent.
      response.destroy();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<HttpAnswer> {
    if (isRead(request))
      return answerToRead(this.#shards, (request.url ?? "/").split("?", 1)[0] as string, this.#isClosing);
    const signal = signalOf(response);
    const body = await readBody(request);
    if ("refusal" in body) return httpAnswer(body);
    const { sealed, wrap } = this.#dialect(body.json);
    return wrap(httpAnswer(await this.#shards.answer(sealed, signal)));
  }
}
