/** Requests of HTTP and their answers, for servers that have read the body, or let it be read. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { encodeServed, type ServedAnswer } from "../wire/served-answer.js";
import { refused, type ShardServer } from "./shard-server.js";

/** Largest body of a request, bytes: as much as Cloud Run takes, and more than a request of ours has by itself. */
export const MAX_BODY_BYTES = 32 * 2 ** 20;

export interface HttpAnswer {
  status: number;
  body: object;
}

/** Paths that run nothing; any other path of these methods does not exist, and other methods run a shard. */
const READING = new Set(["GET", "HEAD"]);
const PATHS = { alive: "/health", ready: new Set(["/", "/ready"]) };

/** @param isClosing whether no further shards are to come here */
export function answerToRead(server: ShardServer, path: string, isClosing = false): HttpAnswer {
  if (path === PATHS.alive) return { status: 200, body: { status: "alive" } };
  if (!PATHS.ready.has(path)) return { status: 404, body: { error: "There are /health and /ready to read." } };
  return { status: isClosing ? 503 : 200, body: { nodewren: server.describe() } };
}

export function isRead({ method = "" }: { method?: string | undefined }): boolean {
  return READING.has(method);
}

export function httpAnswer(answer: ServedAnswer): HttpAnswer {
  return { status: "refusal" in answer ? answer.refusal.status : 200, body: encodeServed(answer) };
}

export function send(response: ServerResponse, { status, body }: HttpAnswer): void {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": text.byteLength });
  response.end(text);
}

/** Aborted when the client goes away before it has its answer. */
export function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new Error("The client went away."));
  });
  return controller.signal;
}

/** The body as JSON; undefined when it is none. Resolves with a refusal when it is too large. */
export async function readBody(request: IncomingMessage): Promise<{ json: unknown } | ReturnType<typeof refused>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Who is refused must still be answered, on the same connection.
  const chunksOf = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of chunksOf) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES)
      return refused(413, `The request has more than ${MAX_BODY_BYTES} bytes, which is the most that is taken here.`);
    chunks.push(chunk);
  }
  return { json: jsonOf(Buffer.concat(chunks).toString()) };
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
