import type { IncomingMessage, ServerResponse } from "node:http";

export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** A request of a client, read to its end. */
export interface HttpRequest {
  method: string;
  /** Decoded; without a slash at the end. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export async function readRequest(message: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const url = new URL(message.url ?? "/", "http://localhost");
  return {
    method: message.method ?? "GET",
    path: decodeURIComponent(url.pathname).replace(/(.)\/$/, "$1"),
    query: url.searchParams,
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}

export function sendAnswer(response: ServerResponse, { status, headers = {}, body = "" }: HttpAnswer): void {
  // 204 has no body, and a length with it makes some clients wait for one.
  const length: Record<string, number> = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(status === 204 ? undefined : body);
}

export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}
