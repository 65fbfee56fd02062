/** A stand-in for the front of a platform of functions: it hands each request to a container that is free, or lets it wait. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Reply {
  status: number;
  body: string;
  type?: string;
}

/** One container, which takes one request at a time. */
export interface Container {
  handle(body: string): Promise<Reply>;
  close(): Promise<void>;
}

/** Path and headers that a request must have, or it is answered as the platform would. */
export type Admit = (request: IncomingMessage) => Reply | undefined;

export class Front {
  readonly #containers: readonly Container[];
  readonly #free: Container[];
  readonly #waiting: ((container: Container) => void)[] = [];
  readonly #admit: Admit;
  readonly #server: Server;

  private constructor(containers: readonly Container[], admit: Admit) {
    this.#containers = containers;
    this.#free = [...containers];
    this.#admit = admit;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Whoever starts it closes it. */
  static async start(containers: readonly Container[], admit: Admit): Promise<Front> {
    const front = new Front(containers, admit);
    await new Promise<void>((resolve) => front.#server.listen(0, "127.0.0.1", resolve));
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await Promise.all(this.#containers.map((container) => container.close()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = this.#admit(request) ?? (await this.#run(request));
    response.writeHead(reply.status, { "content-type": reply.type ?? "application/json" });
    response.end(reply.body);
  }

  async #run(request: IncomingMessage): Promise<Reply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const container = this.#free.pop() ?? (await new Promise<Container>((resolve) => this.#waiting.push(resolve)));
    try {
      return await container.handle(Buffer.concat(chunks).toString());
    } catch (error) {
      return { status: 502, body: `<html>The function failed: ${error}</html>`, type: "text/html" };
    } finally {
      const next = this.#waiting.shift();
      if (next) next(container);
      else this.#free.push(container);
    }
  }
}
