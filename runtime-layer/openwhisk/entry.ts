/** Entry as an action of OpenWhisk. */
import { encodeServed, neverAborted, ShardServer, servedEnvironment, workerBeside } from "../../src/serve/main.js";

const state: { server?: ShardServer } = {};

/**
 * @param params what the action is invoked with, and the parameters that it has by default: its variables are set by these, as
 * actions have few others. Rejects never: an action that throws takes its container with it.
 */
export async function main(params: Record<string, unknown>): Promise<object> {
  for (const [name, value] of Object.entries(params))
    if (name.startsWith("NODEWREN_")) process.env[name] = String(value);
  state.server ??= new ShardServer({ ...servedEnvironment(), entry: workerBeside(import.meta.url) });
  return encodeServed(await state.server.answer(params, neverAborted()));
}
