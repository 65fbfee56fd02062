/** Entry under the Node.js environment of Fission. */
import {
  httpAnswer,
  jsonOf,
  neverAborted,
  ShardServer,
  servedEnvironment,
  workerBeside,
} from "../../src/serve/main.js";

interface FissionContext {
  request: { body?: unknown };
}

const server = new ShardServer({ ...servedEnvironment(), entry: workerBeside(import.meta.url) });

/** Rejects never: of an error, the environment passes no text on. */
export async function worker({ request: { body } }: FissionContext): Promise<object> {
  const sealed = typeof body === "string" ? jsonOf(body) : body;
  const headers = { "Content-Type": "application/json" };
  return { ...httpAnswer(await server.answer(sealed, neverAborted())), headers };
}
