/** The contract on what Debian has the real parts of: hosts with sshd, a Slurm cluster, containers of podman. */
import { vi } from "vitest";
import { describeUnderTest } from "./describe-under-test.js";

// Containers and clusters take their time to start.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

for (const name of ["ssh", "slurm", "podman"]) await describeUnderTest(name);
