/** What needs real parts of platforms: the contract of backends (`npm run test:contract`), and jobs on containers (`npm run test:containers`). */
import { defineConfig } from "vitest/config";
import { CountReporter } from "./test/support/count-reporter.js";
import { TAGS } from "./test/support/long.js";

/** Containers and clusters take their time to start. */
const common = { pool: "forks" as const, testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    tags: TAGS,
    reporters: ["default", new CountReporter()],
    projects: [
      { test: { ...common, name: "contract", include: ["test/contract/one-backend.ts"] } },
      { test: { ...common, name: "containers", include: ["test/containers/*.ts"] } },
    ],
  },
});
