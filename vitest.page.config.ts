/** The report page in a real browser: `npm run test:page`. */
import { defineConfig } from "vitest/config";
import { CountReporter } from "./test/support/count-reporter.js";
import { TAGS } from "./test/support/long.js";

export default defineConfig({
  test: {
    tags: TAGS,
    include: ["test/page/**/*.test.ts"],
    pool: "forks",
    // Frames are counted: nothing else is to run meanwhile.
    fileParallelism: false,
    reporters: ["default", new CountReporter()],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
