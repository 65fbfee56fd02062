import { LambdaBackend } from "../../../src/backends/lambda/backend.js";
import { FileStore } from "../../../src/stores/file/store.js";
import { startDeployedLambda } from "../../support/deployed-lambda.js";
import { newFolder } from "../../support/folders.js";
import type { BackendUnderTest } from "../backend-under-test.js";

function lambda(invocation: "push" | "poll"): BackendUnderTest {
  return {
    name: `lambda ${invocation}`,
    real: "AWS's runtime client and SDK; Lambda itself is a stand-in on this machine",
    open: async () => {
      const started = await startDeployedLambda();
      const options = { ...started.clientOptions, invocation, pollMs: 20, concurrency: 2 };
      return {
        backend: () => new LambdaBackend(options),
        store: () => new FileStore(newFolder()),
        close: () => started.close(),
      };
    },
  };
}

export const LAMBDA_PUSH = lambda("push");
export const LAMBDA_POLL = lambda("poll");
