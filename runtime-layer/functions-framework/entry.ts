/** Entry under Google's functions-framework: Cloud Functions, and whatever else runs it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  answerToRead,
  httpAnswer,
  isRead,
  ShardServer,
  send,
  servedEnvironment,
  signalOf,
  workerBeside,
} from "../../src/serve/main.js";

const server = new ShardServer({ ...servedEnvironment(), entry: workerBeside(import.meta.url) });

/** The framework calls it for every method and path, with the body parsed. */
export async function worker(request: IncomingMessage & { body?: unknown }, response: ServerResponse): Promise<void> {
  // Probes come to any path, and run nothing.
  if (isRead(request)) return send(response, answerToRead(server, "/ready"));
  send(response, httpAnswer(await server.answer(request.body, signalOf(response))));
}
