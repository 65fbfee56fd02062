/** What doubles of object stores have in common: objects in memory, a log, and faults on demand. */
import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Answer } from "../s3-double/answer.js";
import { type FaultRule, Faults, faultAfter, faultBefore } from "../s3-double/faults.js";

export interface KeptObject {
  body: Buffer;
  md5: string;
  /** Grows with each write to the bucket. */
  generation: number;
  metadata: Record<string, string>;
}

export interface RestDoubleOptions {
  /** What it makes of the condition of writes: as the service does, nothing at all, or 501. Default: `"kept"`. */
  conditions?: "kept" | "ignored" | "unknown";
}

export type Operation = "write" | "read" | "look" | "remove" | "list";

export interface DoubleRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** How one service reads requests, and answers them. */
export interface Service {
  operationOf(request: Omit<DoubleRequest, "body">): Operation;
  handle(operation: Operation, request: DoubleRequest): Answer;
}

export class RestDouble {
  readonly endpoint: string;
  /** Operations so far, in order. */
  readonly log: Operation[] = [];
  /** Headers of all requests so far. */
  readonly headers: IncomingHttpHeaders[] = [];
  readonly #faults: Faults;

  private constructor(endpoint: string, faults: Faults) {
    this.endpoint = endpoint;
    this.#faults = faults;
  }

  /** Ends with the test. */
  static async start(service: Service): Promise<RestDouble> {
    const faults = new Faults();
    const server = createServer(async (message, response) => {
      const url = new URL(message.url ?? "", "http://double");
      const head = { method: message.method ?? "", url, headers: message.headers };
      const operation = service.operationOf(head);
      double.log.push(operation);
      double.headers.push(message.headers);
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const rule = faults.next(operation);
      const early = rule && faultBefore(rule, response);
      const answer = early ?? service.handle(operation, { ...head, body: Buffer.concat(chunks) });
      const last = !rule || early || answer === "gone" ? answer : faultAfter(rule, answer, response);
      if (last !== "gone") send(last, message.method, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const double = new RestDouble(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, faults);
    onTestFinished(async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    });
    return double;
  }

  count(operation: Operation): number {
    return this.log.filter((one) => one === operation).length;
  }

  fail(rule: FaultRule): void {
    this.#faults.add(rule);
  }
}

function send({ status, headers = {}, body }: Answer, method: string | undefined, response: ServerResponse): void {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
  if (status !== 204) response.setHeader("content-length", body?.byteLength ?? 0);
  response.writeHead(status);
  response.end(method === "HEAD" ? undefined : body);
}

/** Objects by name, of one bucket. */
export class Objects {
  readonly #objects = new Map<string, KeptObject>();
  #generation = 0;

  get(name: string): KeptObject | undefined {
    return this.#objects.get(name);
  }

  set(name: string, body: Buffer, metadata: Record<string, string>): KeptObject {
    const object = { body, md5: md5Of(body), generation: ++this.#generation, metadata };
    this.#objects.set(name, object);
    return object;
  }

  delete(name: string): boolean {
    return this.#objects.delete(name);
  }

  /** By the bytes of their names. */
  list(prefix: string): [string, KeptObject][] {
    const found = [...this.#objects].filter(([name]) => name.startsWith(prefix));
    return found.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }
}

export function md5Of(body: Uint8Array): string {
  return createHash("md5").update(body).digest("base64");
}

/** A whole body, or the range of it that the header asks for. */
export function bodyAnswer(body: Buffer, range: string | undefined, headers: Record<string, string>): Answer {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (from === undefined) return { status: 200, headers, body };
  const start = Number(from);
  if (start >= body.byteLength) return { status: 416, headers: {}, body: Buffer.alloc(0) };
  const part = body.subarray(start, to ? Number(to) + 1 : undefined);
  const contentRange = `bytes ${start}-${start + part.byteLength - 1}/${body.byteLength}`;
  return { status: 206, headers: { ...headers, "content-range": contentRange }, body: part };
}
