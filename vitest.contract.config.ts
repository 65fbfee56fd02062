/** The contract of backends on one of them: `npm run test:contract` runs it for each. */
import { defineConfig } from "vitest/config";
import { CountReporter } from "./test/support/count-reporter.js";

export default defineConfig({
  test: {
    include: ["test/contract/one-backend.ts"],
    pool: "forks",
    // Containers and clusters take their time to start.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", new CountReporter()],
  },
});
