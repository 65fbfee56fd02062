/** Entry under Fn's kit (`@fnproject/fdk`): `fdk.handle(handle)`. */
import { encodeServed, neverAborted, ShardServer, servedEnvironment, workerBeside } from "../../src/serve/main.js";

const server = new ShardServer({ ...servedEnvironment(), entry: workerBeside(import.meta.url) });

/** @param input the body, parsed. Rejects never: the kit would make an error of the platform of it. */
export async function handle(input: unknown): Promise<object> {
  return encodeServed(await server.answer(input, neverAborted()));
}
