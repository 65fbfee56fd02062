import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LambdaBackend } from "../../src/backends/lambda/backend.js";
import { FileStore } from "../../src/stores/file/store.js";
import { startDeployedLambda } from "./deployed-lambda.js";

/** The local Lambda, asked in one of the two ways. */
export async function openLambda(invocation: "push" | "poll") {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-contract-"));
  const lambda = await startDeployedLambda();
  const backend = new LambdaBackend({ ...lambda.clientOptions, invocation, pollMs: 20, concurrency: 2 });
  const close = async () => {
    await backend.close();
    await lambda.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { backend, store: new FileStore(folder), close };
}
