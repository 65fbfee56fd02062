// Calls that wait, for a service in this example: many at once on each worker, then no more than it takes in a second.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CallContext, Executor } from "nodewren";

let open = 0;
let most = 0;
const server = createServer((request, response) => {
  most = Math.max(most, ++open);
  setTimeout(() => {
    open--;
    response.end(`page ${request.url}`);
  }, 200);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Its signal is aborted when the call has taken too long, or the job was cancelled: then the request ends as well. */
async function fetchPage(page: number, { signal }: CallContext): Promise<string> {
  const response = await fetch(`${url}/${page}`, { signal });
  return response.text();
}

const executor = new Executor({ workers: 2 });
const numbers = Array.from({ length: 50 }, (_, page) => page);
const pages = await executor.map(fetchPage, numbers, { concurrentCalls: 25, timeoutMs: 30_000 });
console.log(`${pages.length} pages, the last one "${pages.at(-1)}"`);
console.log(`more requests at once than workers: ${most > 2}`);

const started = performance.now();
await executor.map(fetchPage, numbers.slice(0, 12), { concurrentCalls: 25, limitPerSecond: 20 });
// The first may start at once, and then one each 50 ms.
console.log(`12 pages took half a second or more: ${performance.now() - started >= 500}`);
await executor.close();
server.close();
