/** What a function's process talks to: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { readRequest, sendAnswer } from "./http.js";

export interface Invocation {
  requestId: string;
  functionArn: string;
  /** When the function's time is over, ms since the epoch. */
  deadline: number;
  /** JSON. */
  payload: string | Uint8Array;
}

export interface RuntimeEvents {
  /** The runtime asks for its next invocation: it is ready. */
  onReady(): void;
  /** Init failed; `body` describes the error as JSON. */
  onInitError(body: string): void;
}

/** One server for each environment: that is how it knows who is calling. */
export class RuntimeApi {
  #server: Server;
  #waiting: ServerResponse | undefined;

  constructor(readonly events: RuntimeEvents) {
    this.#server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      void readRequest(request).then(({ path, body }) => this.#handle(path, body.toString(), response));
    });
    this.#server.unref();
  }

  /** Resolves with host and port, the value of AWS_LAMBDA_RUNTIME_API. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get isReady(): boolean {
    return this.#waiting !== undefined;
  }

  /** Hands an invocation to a runtime that is ready. */
  hand({ requestId, functionArn, deadline, payload }: Invocation): void {
    const response = this.#waiting as ServerResponse;
    this.#waiting = undefined;
    const headers = {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": requestId,
      "lambda-runtime-deadline-ms": String(deadline),
      "lambda-runtime-invoked-function-arn": functionArn,
    };
    sendAnswer(response, { status: 200, headers, body: payload });
  }

  close(): void {
    this.#waiting?.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #handle(path: string, body: string, response: ServerResponse): void {
    if (path.endsWith("/invocation/next")) {
      this.#waiting = response;
      (response.socket as Socket).unref();
      this.events.onReady();
    } else if (path.endsWith("/init/error")) {
      sendAnswer(response, { status: 202, body: "{}" });
      this.events.onInitError(body);
    } else sendAnswer(response, { status: 404 });
  }
}
