/** The one contract of all backends, where workers are started by ssh, by Slurm and in containers. */
import { describe, it } from "vitest";
import { describeBackend } from "../contract/backend-contract.js";
import { PODMAN } from "../contract/backends/podman.js";
import { SLURM } from "../contract/backends/slurm.js";
import { SSH } from "../contract/backends/ssh.js";
import { noPodman } from "../support/places/podman.js";
import { noSlurm } from "../support/places/slurm.js";
import { noSshd } from "../support/places/sshd.js";

for (const [backend, missing] of [
  [SSH, noSshd],
  [SLURM, noSlurm],
  [PODMAN, noPodman],
] as const) {
  if (missing) describe.skip(`every backend: ${backend.name}: ${missing}`, () => it("is the same", () => {}));
  else describeBackend(backend);
}
