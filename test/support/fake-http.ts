/** A server that answers shards as a test says: for what no well-behaved one does. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HttpBackend, type HttpBackendOptions } from "nodewren";
import { onTestFinished } from "vitest";
import type { Behaviour, Reply } from "./fake-lambda.js";
import { TOKEN } from "./http-server.js";

export interface Received {
  /** From 1. */
  n: number;
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  /** What was sealed; undefined where there is none. */
  request: { attemptId: string; shardMs: number } | undefined;
}

export type Answering = (received: Received) => Behaviour | Promise<Behaviour>;

export class FakeHttp {
  readonly received: Received[] = [];
  readonly url: string;
  /** Answers from now on. */
  answering: Answering;

  private constructor(url: string, answering: Answering) {
    this.url = url;
    this.answering = answering;
  }

  /** Ends with the test. */
  static async start(answering: Answering = done): Promise<FakeHttp> {
    const server = createServer((request, response) => void fake.#handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const fake = new FakeHttp(`http://127.0.0.1:${(server.address() as AddressInfo).port}/shards`, answering);
    onTestFinished(() => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    });
    return fake;
  }

  /** A backend that asks this server, and is closed when the test ends. */
  backend(options: Partial<HttpBackendOptions> = {}): HttpBackend {
    const backend = new HttpBackend({ url: this.url, token: TOKEN, ...options });
    onTestFinished(() => backend.close());
    return backend;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", headers } = request;
    const text = Buffer.concat(chunks).toString();
    const sealed = text === "" ? undefined : JSON.parse(JSON.parse(text).request);
    const received = { n: this.received.length + 1, method, path, headers, request: sealed };
    this.received.push(received);
    send(response, await this.answering(received));
  }
}

function send(response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour === "hang") return;
  if (behaviour === "reset") response.destroy();
  else if (behaviour === "break") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write("{", () => response.destroy());
  } else {
    const { status = 200, headers = {}, body = {} } = behaviour;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }
}

/** What our server answers when the shard is done. */
export function done({ request }: Received): Reply {
  return { body: { answer: { attemptId: request?.attemptId, writeMs: 1 } } };
}
