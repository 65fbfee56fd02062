/** Between S3's clients and a server: passes everything on, and counts the requests by the kinds that S3 bills. */
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface CountingProxy {
  endpoint: string;
  counts: { put: number; get: number; head: number; list: number; delete: number };
  close(): Promise<void>;
}

export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const counts = { put: 0, get: 0, head: 0, list: 0, delete: 0 };
  const server = createServer({ keepAliveTimeout: 65_000 }, (message, response) => {
    counts[kindOf(message)]++;
    // The host stays that of the proxy: it is part of what the client has signed.
    const { method, url, headers } = message;
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    message.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function kindOf({ method, url = "" }: IncomingMessage): keyof CountingProxy["counts"] {
  if (method === "PUT" || method === "POST") return "put";
  if (method === "HEAD") return "head";
  if (method === "DELETE") return "delete";
  return url.includes("list-type=2") ? "list" : "get";
}
