/** A proxy as companies have them, for plain HTTP: clients name the whole URL, and it sends the request on. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface ForwardProxy {
  url: string;
  /** Hosts that it was asked for, in order. */
  asked: string[];
}

/** Every name leads to the target. Ends with the test. */
export async function startForwardProxy(target: string): Promise<ForwardProxy> {
  const { hostname, port } = new URL(target);
  const asked: string[] = [];
  const server = createServer((message, response) => {
    const { method, url = "", headers } = message;
    if (!url.startsWith("http://")) return void response.writeHead(400).end();
    const { host, pathname, search } = new URL(url);
    asked.push(host);
    const onward = request({ hostname, port, method, path: pathname + search, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    message.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
