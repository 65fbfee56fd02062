/** Every backend through the one contract; of Lambda's, both ways to hear of workers. */

import { describe } from "vitest";
import { HttpBackend } from "../../src/backends/http/backend.js";
import { LambdaBackend } from "../../src/backends/lambda/backend.js";
import { LocalBackend } from "../../src/backends/local/backend.js";
import { startDeployedLambda } from "../support/deployed-lambda.js";
import { startHttpServer, TOKEN } from "../support/http-server.js";
import { openCommand } from "../support/places/open-command.js";
import { describeBackend } from "./backend-contract.js";

describeBackend("LocalBackend", {
  start: async () => ({ newBackend: () => new LocalBackend({ workers: 2 }), close: async () => {} }),
});

function describeLambda(invocation: "push" | "poll"): void {
  describeBackend(`LambdaBackend, ${invocation}`, {
    start: async () => {
      const lambda = await startDeployedLambda();
      return {
        newBackend: () => new LambdaBackend({ ...lambda.clientOptions, invocation, pollMs: 20, concurrency: 2 }),
        close: () => lambda.close(),
      };
    },
  });
}

describeLambda("push");

describe("others", { tags: ["long"] }, () => {
  describeLambda("poll");

  describeBackend("CommandBackend", {
    start: async () => {
      const { backend, close } = await openCommand();
      return { newBackend: () => backend, close };
    },
  });

  describeBackend("HttpBackend, nodewren serve", {
    start: async () => {
      const { url, close } = await startHttpServer();
      return { newBackend: () => new HttpBackend({ url, token: TOKEN }), close };
    },
  });
});
