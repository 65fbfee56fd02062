// Retry a flaky API
//
// `retries.when` is asked on the worker about what a call threw. Pauses grow by `factor`, and are random, so that calls do not come back at
// once.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Executor } from "nodewren";

const asked = new Map<string, number>();
const server = createServer(({ url = "" }, response) => {
  asked.set(url, (asked.get(url) ?? 0) + 1);
  // Each page answers "too many requests" at first.
  response.statusCode = asked.get(url) === 1 ? 429 : 200;
  response.end("ok");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;

async function fetchPage(page: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/${page}`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}

const executor = new Executor({ workers: 2 });
const when = (error: unknown) => error instanceof Error && error.message === "status 429";
const job = executor.map(fetchPage, [1, 2, 3, 4, 5, 6], { retries: { limit: 3, delayMs: 20, when } });
console.log((await job).join(" "));
console.log(`calls that needed another try: ${job.report().retried}`);
await executor.close();
server.close();

// Prints:
// ok ok ok ok ok ok
// calls that needed another try: 6
