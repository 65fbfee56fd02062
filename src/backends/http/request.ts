/** One request of HTTP and its whole answer, within limits. Node's own fetch ends after five minutes without an answer. */
import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
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

export class HttpConnections {
  readonly #agents: { http: HttpAgent; https: HttpsAgent };

  constructor() {
    // The way through a proxy that the environment names, for releases of Node that know it.
    const options = { keepAlive: true, keepAliveMsecs: PROBE_MS, proxyEnv: process.env };
    this.#agents = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  }

  /** Rejects with the system's error, with the signal's reason as its cause when that was aborted. */
  call(call: HttpCall): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const isSecure = call.url.startsWith("https:");
      const { body, signal, headers } = call;
      const options: RequestOptions = {
        method: body ? "POST" : "GET",
        headers: body ? { ...headers, "content-type": "application/json", "content-length": body.byteLength } : headers,
        agent: isSecure ? this.#agents.https : this.#agents.http,
        signal,
      };
      const request = (isSecure ? requestHttps : requestHttp)(call.url, options);
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
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }
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
