import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { CountReporter } from "./test/support/count-reporter.js";

/** More than cores, as most files wait for other processes, but for large machines. */
const MAX_WORKERS = Math.min(8, 2 * availableParallelism());
const OF_CAPTURE = /^capture\b/;
const MOCKS = /vi\.mock\(|useFakeTimers/;

/** Those that can share a process: not tests of the capture, which change what is built in, nor tests with mocks. */
const sharing = readdirSync("test/unit", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts") && !OF_CAPTURE.test(file))
  .map((file) => `test/unit/${file}`)
  .filter((file) => !MOCKS.test(readFileSync(file, "utf8")));

const common = {
  pool: "forks" as const,
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    // Vitest leaves one core to itself, and few of these tests need one.
    maxWorkers: MAX_WORKERS,
    reporters: ["default", new CountReporter()],
    projects: [
      // Loading the sources anew for each file took more time than these tests do.
      { test: { ...common, name: "unit", include: sharing, isolate: false } },
      {
        test: {
          ...common,
          name: "whole",
          include: ["test/**/*.test.ts"],
          // By scripts of their own: an AWS account (`npm run test:live`), a browser (`test:page`), clusters (`test:places`).
          exclude: [...configDefaults.exclude, "test/live/**", "test/page/**", "test/places/**", ...sharing],
          globalSetup: ["test/support/radosgw/setup.ts"],
        },
      },
    ],
  },
});
