/** The end-to-end tests on every backend and store that go together: `npm run test:e2e`. */
import { defineConfig } from "vitest/config";
import { COMBOS, nameOf } from "./test/support/combo.js";
import { CountReporter } from "./test/support/count-reporter.js";

/** Those whose subject is there on every backend and store. */
const SUITE = [
  "test/e2e/{bad-input,broadcast,by-module,cancel,examples,map,stacks}.test.ts",
  "test/faults/worker.test.ts",
];

export default defineConfig({
  test: {
    pool: "forks",
    reporters: ["default", new CountReporter()],
    projects: COMBOS.map((combo) => ({
      test: {
        name: nameOf(combo),
        include: SUITE,
        pool: "forks",
        setupFiles: ["test/support/cloud-env.ts"],
        env: { NODEWREN_TEST_BACKEND: combo.backend, NODEWREN_TEST_STORE: combo.store },
        testTimeout: 60_000,
        hookTimeout: 60_000,
      },
    })),
  },
});
