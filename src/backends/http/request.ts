/** One request of HTTP and its whole answer, within limits. Node's own fetch ends after five minutes without an answer. */
import type { Agent, IncomingMessage, RequestOptions } from "node:http";
import { type HttpModule, httpModuleFor } from "../../util/http-module.js";
import { MINUTE_MS } from "../../util/time.js";

export interface HttpCall {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Undefined: what is there is read. */
  body?: Uint8Array | undefined;
  signal: AbortSignal;
  connectTimeoutMs: number;
  /** Time for all of it, ms. */
  timeoutMs: number;
}

export interface HttpReply {
  status: number;
  headers: IncomingMessage["headers"];
  body: Uint8Array;
}

/** Longest answer that is read, bytes: results that ride along are much shorter, and error pages have been cut. */
const MAX_REPLY_BYTES = 4 * 2 ** 20;

/** Idle time after which the system probes a connection, ms: below what load balancers take for dead. */
const PROBE_MS = MINUTE_MS;

/** For one protocol, with the connections that are kept. */
interface Way extends Pick<HttpModule, "request"> {
  agent: Agent;
}

export class HttpConnections {
  readonly #ways = new Map<string, Promise<Way>>();

  /** Rejects with the system's error, with the signal's reason as its cause when that was aborted. */
  async call(call: HttpCall): Promise<HttpReply> {
    const way = await this.#way(call.url);
    return new Promise((resolve, reject) => {
      const { body, signal, headers } = call;
      const options: RequestOptions = {
        method: body ? "POST" : "GET",
        headers: body ? { ...headers, "content-type": "application/json", "content-length": body.byteLength } : headers,
        agent: way.agent,
        signal,
      };
      const request = way.request(call.url, options);
      const timer = setTimeout(
        () => request.destroy(timedOut(`no answer within ${call.timeoutMs} ms`)),
        call.timeoutMs,
      );
      request.once("socket", (socket) => {
        if (!socket.connecting) return;
        const late = setTimeout(() => request.destroy(unconnected(call.connectTimeoutMs)), call.connectTimeoutMs);
        for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(late));
      });
      request.once("close", () => clearTimeout(timer));
      request.on("error", (error) => reject(Object.assign(error, { reusedSocket: request.reusedSocket })));
      request.once("response", (response) => {
        readReply(response).then(resolve, reject);
      });
      request.end(body);
    });
  }

  close(): void {
    for (const way of this.#ways.values()) void way.then(({ agent }) => agent.destroy());
    this.#ways.clear();
  }

  #way(url: string): Promise<Way> {
    const { protocol } = new URL(url);
    const way = this.#ways.get(protocol) ?? openWay(url);
    this.#ways.set(protocol, way);
    return way;
  }
}

async function openWay(url: string): Promise<Way> {
  const { Agent, request } = await httpModuleFor(url);
  // The way through a proxy that the environment names, for releases of Node that know it.
  const options = { keepAlive: true, keepAliveMsecs: PROBE_MS, proxyEnv: process.env };
  return { agent: new Agent(options), request };
}

async function readReply(response: IncomingMessage): Promise<HttpReply> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_REPLY_BYTES) throw new Error(`the answer has more than ${MAX_REPLY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

function timedOut(message: string): Error {
  return Object.assign(new Error(message), { code: "ETIMEDOUT" });
}

function unconnected(ms: number): Error {
  return Object.assign(timedOut(`no connection within ${ms} ms`), { syscall: "connect" });
}
