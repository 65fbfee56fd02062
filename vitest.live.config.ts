/** The end-to-end tests in an AWS account. `npm run test:live` starts it, and says where it will run. */
import { defineConfig } from "vitest/config";
import { runId } from "./test/live/store.js";
import { CountReporter } from "./test/support/count-reporter.js";

// Throws for whoever comes past the question whether an account may be touched.
runId();

/** Those whose subject is there on Lambda. */
const SUITE = ["test/e2e/{broadcast,by-module,cancel,map}.test.ts", "test/faults/worker.test.ts"];

/** A worker starts in a second or two, 200 MB pass the line twice, and role and function take half a minute to make. */
const testTimeout = 300_000;

const ways = ["push", "poll"].map((backend) => ({
  test: {
    name: `AWS, ${backend}`,
    include: SUITE,
    pool: "forks" as const,
    setupFiles: ["test/live/env.ts"],
    env: { NODEWREN_TEST_BACKEND: backend, NODEWREN_TEST_STORE: "live" },
    testTimeout,
    hookTimeout: testTimeout,
  },
}));

export default defineConfig({
  test: {
    // One file at a time: a new account has ten workers.
    fileParallelism: false,
    globalSetup: ["test/live/sweep.ts"],
    reporters: ["default", new CountReporter()],
    projects: [
      { test: { name: "AWS, deploy", include: ["test/live/deploy.test.ts"], pool: "forks", testTimeout } },
      ...ways,
    ],
  },
});
