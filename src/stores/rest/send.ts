/** One request of HTTP and its whole answer. Node's own fetch knows neither proxies nor a limit of silence. */
import type { Agent, ClientRequest, IncomingMessage } from "node:http";
import type { HttpModule } from "../../util/http-module.js";
import { SECOND_MS } from "../../util/time.js";
import { bodySlow, LEAST_BYTES_PER_S } from "../connection-faults.js";
import type { RestReply, RestRequest } from "./dialect.js";

export interface Way extends Pick<HttpModule, "request"> {
  agent: Agent;
  /** Silence after which the request counts as lost, ms. */
  timeoutMs: number;
  /** Requests under way, so that somebody can end them. */
  live: Set<ClientRequest>;
}

/** Rejects with the system's error, or with one named `TimeoutError`. */
export function send({ method, url, headers, body }: RestRequest, way: Way): Promise<RestReply> {
  const { agent, timeoutMs, live } = way;
  return new Promise((resolve, reject) => {
    const length = method === "PUT" || method === "POST" ? { "content-length": String(body?.byteLength ?? 0) } : {};
    const request = way.request(url, { method, headers: { ...headers, ...length }, agent });
    live.add(request);
    request.setTimeout(timeoutMs, () => request.destroy(silent(timeoutMs)));
    request.once("close", () => live.delete(request));
    request.on("error", reject);
    request.once("response", (response) => {
      received(response, timeoutMs).then(resolve, reject);
    });
    request.end(body);
  });
}

async function received(response: IncomingMessage, timeoutMs: number): Promise<RestReply> {
  const length = Number(response.headers["content-length"] ?? 0);
  const limitMs = timeoutMs + (length / LEAST_BYTES_PER_S) * SECOND_MS;
  const timer = setTimeout(() => response.destroy(bodySlow(length, limitMs)), limitMs);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: new Uint8Array(body.buffer, body.byteOffset, body.byteLength),
    };
  } finally {
    clearTimeout(timer);
  }
}

function silent(timeoutMs: number): Error {
  return Object.assign(new Error(`Nothing came for ${timeoutMs} ms`), { name: "TimeoutError" });
}
