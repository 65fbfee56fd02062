import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { CountReporter } from "./test/support/count-reporter.js";

/** One more than cores, but for large machines. */
const MAX_WORKERS = Math.min(8, availableParallelism() + 1);

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // An AWS account is reached by `npm run test:live` alone.
    exclude: [...configDefaults.exclude, "test/live/**"],
    globalSetup: ["test/support/radosgw/setup.ts"],
    pool: "forks",
    // Vitest leaves one core to itself; most of these tests wait for other processes, and so for no core.
    maxWorkers: MAX_WORKERS,
    reporters: ["default", new CountReporter()],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    typecheck: {
      enabled: true,
      include: ["test/**/*.test-d.ts"],
      tsconfig: "./tsconfig.json",
      // Sources are checked by `npm run lint`; here only the tests of types count.
      ignoreSourceErrors: true,
    },
  },
});
