/** Lambda's API as far as the backend asks it, with answers that a test writes: for what no well-behaved server does. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LambdaBackend, type LambdaBackendOptions, type ShardRequest } from "nodewren";
import { onTestFinished } from "vitest";
import { newRequest } from "./job-runs.js";

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** `reset` breaks the connection, `break` does so within the answer, `hang` never answers. */
export type Behaviour = Reply | "reset" | "break" | "hang";

export interface Invocation {
  /** From 1. */
  n: number;
  type: string;
  event: ShardRequest;
  bytes: number;
}

export interface FakeSetting {
  configuration?: Reply;
  concurrency?: Reply;
  account?: Reply;
  /** What its clock is ahead, ms: requests that are signed at another time than its own are refused. Default 0. */
  clockAheadMs?: number;
  invoke?: (invocation: Invocation) => Behaviour | Promise<Behaviour>;
}

export const FUNCTION = "nodewren";

/** As AWS's signatures allow. */
const MAX_SKEW_MS = 5 * 60_000;

export class FakeLambda {
  readonly invocations: Invocation[] = [];
  /** Paths of the reads so far. */
  readonly reads: string[] = [];
  /** Answers from now on. */
  setting: FakeSetting;
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  private constructor(setting: FakeSetting) {
    this.setting = setting;
  }

  /** Ends with the test. */
  static async start(setting: FakeSetting = {}): Promise<FakeLambda> {
    const fake = new FakeLambda(setting);
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      fake.#server.closeAllConnections();
      return new Promise<void>((resolve) => fake.#server.close(() => resolve()));
    });
    return fake;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A backend that asks this server, and is closed when the test ends. */
  backend(options: LambdaBackendOptions = {}): LambdaBackend {
    const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
    const backend = new LambdaBackend({ endpoint: this.endpoint, region: "eu-west-1", credentials, ...options });
    onTestFinished(() => backend.close());
    return backend;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url = "", method } = request;
    if (this.#isSkewed(request)) this.#send(response, this.#refuseTime());
    else if (method === "GET") this.#send(response, this.#read(url));
    else this.#send(response, await this.#invoke(request, Buffer.concat(chunks)));
  }

  #isSkewed({ headers }: IncomingMessage): boolean {
    const time = String(headers["x-amz-date"]).replace(
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
      "$1-$2-$3T$4:$5:$6Z",
    );
    return Math.abs(Date.parse(time) - this.#now()) > MAX_SKEW_MS;
  }

  #now(): number {
    return Date.now() + (this.setting.clockAheadMs ?? 0);
  }

  #refuseTime(): Reply {
    return apiError(403, "InvalidSignatureException", { message: "Signature expired" });
  }

  #read(url: string): Behaviour {
    this.reads.push(url);
    const { configuration, concurrency, account } = this.setting;
    if (url.includes("/configuration"))
      return (
        configuration ?? { body: { State: "Active", LastUpdateStatus: "Successful", Timeout: 60, MemorySize: 512 } }
      );
    if (url.includes("/concurrency")) return concurrency ?? { body: {} };
    return account ?? { body: { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 900 } } };
  }

  async #invoke(request: IncomingMessage, body: Buffer): Promise<Behaviour> {
    const invocation = {
      n: this.invocations.length + 1,
      type: String(request.headers["x-amz-invocation-type"] ?? "RequestResponse"),
      event: JSON.parse(body.toString()) as ShardRequest,
      bytes: body.byteLength,
    };
    this.invocations.push(invocation);
    return (await this.setting.invoke?.(invocation)) ?? done(invocation);
  }

  #send(response: ServerResponse, behaviour: Behaviour): void {
    if (behaviour === "hang") return;
    if (behaviour === "reset") response.destroy();
    else if (behaviour === "break") {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write("{", () => response.destroy());
    } else {
      const { status = 200, headers = {}, body = {} } = behaviour;
      const date = new Date(this.#now()).toUTCString();
      response.writeHead(status, { date, "content-type": "application/json", ...headers });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    }
  }
}

/** What our worker answers when the shard is done, or Lambda when it has queued it. */
export function done({ type, event }: Invocation): Reply {
  return type === "Event"
    ? { status: 202, body: "" }
    : { body: { answer: { attemptId: event.attemptId, writeMs: 1 } } };
}

/** An error of Lambda's API. */
export function apiError(
  status: number,
  name: string,
  fields: object = {},
  headers: Record<string, string> = {},
): Reply {
  return {
    status,
    headers: { "x-amzn-errortype": name, ...headers },
    body: { message: `${name}, says Lambda`, ...fields },
  };
}

export function throttle(headers: Record<string, string> = {}): Reply {
  return apiError(429, "TooManyRequestsException", { Reason: "ConcurrentInvocationLimitExceeded" }, headers);
}

/** What Lambda answers when the function failed, with the end of its log. */
export function functionError(errorType: string, errorMessage: string, log = ""): Reply {
  return {
    headers: { "x-amz-function-error": "Unhandled", "x-amz-log-result": Buffer.from(log).toString("base64") },
    body: { errorType, errorMessage },
  };
}

/** A request for calls 10 to 14. */
export function shardRequest(fields: Partial<ShardRequest> = {}): ShardRequest {
  return newRequest({ name: "0000001", first: 10, count: 5, byteStart: 0, byteEnd: 50 }, fields);
}
