/** Serves one page and its data to browsers of this machine, and to those alone who know the address. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const HOST = "127.0.0.1";

/** Nobody guesses that many. */
const TOKEN_BYTES = 16;

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

export interface Served {
  /** HTML. */
  page(): Promise<string>;
  /** @param from how many shards the page has already */
  data(from: number): Promise<object>;
}

export interface PageServer {
  url: string;
  close(): void;
}

/** On a free port of the loopback interface. */
export async function startPageServer(served: Served): Promise<PageServer> {
  const token = randomBytes(TOKEN_BYTES).toString("hex");
  const server = createServer((request, response) => void answer(request, response, { token, host: hostOf(), served }));
  const hostOf = () => `${HOST}:${(server.address() as AddressInfo | null)?.port}`;
  server.listen(0, HOST);
  await once(server, "listening");
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://${hostOf()}/${token}/`, close };
}

interface Place {
  token: string;
  host: string;
  served: Served;
}

async function answer(request: IncomingMessage, response: ServerResponse, place: Place): Promise<void> {
  try {
    const found = await contentOf(request, place);
    response.writeHead(found ? 200 : 404, { ...HEADERS, "content-type": found?.type ?? "text/plain" });
    response.end(found?.body ?? "There is nothing here.\n");
  } catch (error) {
    response.writeHead(500, { ...HEADERS, "content-type": "text/plain" });
    response.end(`${error}\n`);
  }
}

/** Undefined where there is nothing, or not for whoever asks. */
async function contentOf({ method, url = "/", headers }: IncomingMessage, { token, host, served }: Place) {
  // A name that leads here may be anybody's, and so may be the page that asks by it.
  if (method !== "GET" || headers.host !== host) return undefined;
  const { pathname, searchParams } = new URL(url, `http://${host}`);
  if (pathname === `/${token}/`) return { type: "text/html; charset=utf-8", body: await served.page() };
  if (pathname !== `/${token}/data`) return undefined;
  const from = Number(searchParams.get("from") ?? 0);
  if (!Number.isSafeInteger(from) || from < 0) return undefined;
  return { type: "application/json", body: JSON.stringify(await served.data(from)) };
}
