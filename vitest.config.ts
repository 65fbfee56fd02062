import { configDefaults, defineConfig } from "vitest/config";
import { CountReporter } from "./test/support/count-reporter.js";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // An AWS account is reached by `npm run test:live` alone.
    exclude: [...configDefaults.exclude, "test/live/**"],
    globalSetup: ["test/support/radosgw/setup.ts"],
    pool: "forks",
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
