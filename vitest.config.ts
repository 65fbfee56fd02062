import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, relative, resolve } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { CountReporter } from "./test/support/count-reporter.js";
import { isShort, isTaggedLong, LENGTH_ENV, TAGS } from "./test/support/long.js";

/** More than cores, as most files wait for other processes, but for large machines. */
const MAX_WORKERS = Math.min(8, 1 + 2 * availableParallelism());
/** Some tests take 10 s where the cores are free, and they may be busy with something else. */
const TIMEOUT_MS = 120_000;
const OF_UNITS = /^test\/unit\//;
const MOCKS = /vi\.mock\(|useFakeTimers/;
/** In the first comment of a file. */
const ALONE = /@alone\b/;
/** The same: what takes longest, and mostly waits, is not to be what the run waits for in the end. */
const EARLY = /@early\b/;
const OF_TESTS = /^test\//;
const OF_SOURCES = /^(?:src|runtime-layer)\b/;

const files = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `test/${file.replaceAll("\\", "/")}`);
const pathOf = (file: string) => relative(process.cwd(), file).replaceAll("\\", "/");
const textOf = (file: string) => readFileSync(file, "utf8");

/** Those that can share a process, which each leaves as it found it: not tests with mocks, nor those that say why they cannot. */
const sharing = files.filter((file) => OF_UNITS.test(file) && !MOCKS.test(textOf(file)) && !ALONE.test(textOf(file)));
const left = isShort ? files.filter((file) => isTaggedLong(textOf(file))) : [];

/**
 * What tests import of the sources is what the build made of it, module by module: Vite would transform some hundred modules for each file. Not for tests
 * with mocks, which Node's own loader does not know.
 */
const built = {
  name: "built",
  enforce: "pre" as const,
  resolveId(source: string, importer: string | undefined) {
    if (!importer || !source.startsWith(".") || !OF_TESTS.test(pathOf(importer)) || MOCKS.test(textOf(importer)))
      return undefined;
    const path = pathOf(resolve(dirname(importer), source));
    const output = resolve("dist", path);
    return OF_SOURCES.test(path) && existsSync(output) ? output : undefined;
  },
};

class EarlyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isEarly = ({ moduleId }: TestSpecification) => EARLY.test(textOf(moduleId));
    return [...sorted.filter(isEarly), ...sorted.filter((file) => !isEarly(file))];
  }
}

const common = {
  pool: "forks" as const,
  testTimeout: TIMEOUT_MS,
  hookTimeout: TIMEOUT_MS,
  env: LENGTH_ENV,
  // What is built is loaded as users load it.
  server: { deps: { external: [/\/dist\//] } },
};

export default defineConfig({
  test: {
    // Vitest leaves one core to itself, and few of these tests need one.
    maxWorkers: MAX_WORKERS,
    tags: TAGS,
    sequence: { sequencer: EarlyFirst },
    reporters: ["default", new CountReporter()],
    projects: [
      // Loading the sources anew for each file took more time than these tests do.
      {
        plugins: [built],
        test: {
          ...common,
          name: "unit",
          include: sharing,
          exclude: [...configDefaults.exclude, ...left],
          isolate: false,
        },
      },
      {
        plugins: [built],
        test: {
          ...common,
          name: "whole",
          include: ["test/**/*.test.ts"],
          // By scripts of their own: an AWS account (`npm run test:live`), a browser (`test:page`), clusters (`test:places`).
          exclude: [...configDefaults.exclude, "test/live/**", "test/page/**", "test/places/**", ...sharing, ...left],
          globalSetup: ["test/support/radosgw/setup.ts"],
        },
      },
    ],
  },
});
