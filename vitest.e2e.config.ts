/** The end-to-end tests on every backend and store that go together: `npm run test:e2e`. */
import { defineConfig } from "vitest/config";
import { COMBOS, nameOf } from "./test/support/combo.js";
import { CountReporter } from "./test/support/count-reporter.js";
import { TAGS } from "./test/support/long.js";
import { noRealS3 } from "./test/support/radosgw/installed.js";

/** Those whose subject is there on every backend and store. */
const SUITE = [
  "test/e2e/{bad-input,broadcast,by-module,cache,cancel,completion,concurrent-calls,examples,helpers,keyed-reduce,map,map-reduce,nested,output,parallel-for,remote}.test.ts",
  "test/e2e/{results-as-inputs,setup,shell,sources,speculation,stacks,streams,thrown,warm}.test.ts",
  "test/faults/{random,setup,worker}.test.ts",
];

const present = COMBOS.filter(({ store }) => store !== "radosgw" || !noRealS3);
const absent = COMBOS.filter((combo) => !present.includes(combo));
for (const combo of absent) console.warn(`SKIPPED: all tests on ${nameOf(combo)}: ${noRealS3}`);

export default defineConfig({
  test: {
    tags: TAGS,
    pool: "forks",
    globalSetup: ["test/support/radosgw/setup.ts"],
    reporters: ["default", new CountReporter()],
    projects: [
      {
        test: {
          name: "one job in the cloud",
          testTimeout: 120_000,
          include: ["test/e2e/cloud-job.test.ts"],
          pool: "forks",
          env: { NODEWREN_TEST_SERVERS: "all" },
        },
      },
      ...present.map((combo) => ({
        test: {
          name: nameOf(combo),
          include: SUITE,
          pool: "forks",
          setupFiles: ["test/support/cloud-env.ts"],
          env: { NODEWREN_TEST_BACKEND: combo.backend, NODEWREN_TEST_STORE: combo.store },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      })),
    ],
  },
});
