/** The contract on what Debian has the real parts of: hosts with sshd, a Slurm cluster, containers of podman. */
import { describeUnderTest } from "./describe-under-test.js";

// Containers and clusters take their time to start.
for (const name of ["ssh", "slurm", "podman"]) await describeUnderTest(name);
