// Fetch many URLs, at a limited rate
//
// Requests wait most of the time, so let each worker run many at once with `concurrentCalls`. `limitPerSecond` holds for all workers together.
// The call's `signal` ends the request when the call runs out of time or the job is cancelled.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CallContext, Executor } from "nodewren";

const server = createServer((request, response) => response.end(`page ${request.url}`));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
const urls = Array.from({ length: 40 }, (_, i) => `http://127.0.0.1:${port}/${i}`);

async function fetchPage(url: string, { signal }: CallContext): Promise<string> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}

const executor = new Executor({ workers: 2 });
const started = performance.now();
const pages = await executor.map(fetchPage, urls, { concurrentCalls: 10, limitPerSecond: 50, timeoutMs: 10_000 });
console.log(`${pages.length} pages, the last one "${pages.at(-1)}"`);
console.log(`no faster than the limit allows: ${performance.now() - started > 500}`);
await executor.close();
server.close();

// Prints:
// 40 pages, the last one "page /39"
// no faster than the limit allows: true
