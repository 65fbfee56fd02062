/** Entry under OpenFaaS' classic watchdog, which starts a process for each request: body in, answer out. */
import {
  encodeServed,
  jsonOf,
  neverAborted,
  ShardServer,
  servedEnvironment,
  workerBeside,
} from "../../src/serve/main.js";

async function main(): Promise<void> {
  const server = new ShardServer({ ...servedEnvironment(), workers: 1, entry: workerBeside(import.meta.url) });
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  const answer = await server.answer(jsonOf(Buffer.concat(chunks).toString()), neverAborted());
  await server.close();
  process.stdout.write(JSON.stringify(encodeServed(answer)));
}

void main();
