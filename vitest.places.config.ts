/** Tests on real places that Debian's packages make of this machine: `npm run test:places`. */
import { defineConfig } from "vitest/config";
import { CountReporter } from "./test/support/count-reporter.js";
import { TAGS } from "./test/support/long.js";
import { noPodman } from "./test/support/places/podman.js";
import { noSlurm } from "./test/support/places/slurm.js";
import { noSshd } from "./test/support/places/sshd.js";

for (const missing of [noSshd, noSlurm, noPodman]) if (missing) console.warn(`SKIPPED: ${missing}`);

export default defineConfig({
  test: {
    tags: TAGS,
    pool: "forks",
    // Slurm's commands and daemons are the whole machine's.
    fileParallelism: false,
    reporters: ["default", new CountReporter()],
    include: ["test/places/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
