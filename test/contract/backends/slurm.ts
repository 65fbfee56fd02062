import { slurm } from "../../../src/backends/command/presets.js";
import { opened } from "../../support/places/open-command.js";
import { noSlurm, startSlurm } from "../../support/places/slurm.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const onCluster: BackendUnderTest = {
  name: "slurm",
  real: "slurmctld, slurmd and munge of Debian; the one node is this machine",
  missing: async () => noSlurm,
  open: async () => {
    const cluster = await startSlurm();
    // Its commands are found by a variable.
    const { TMPDIR: _, ...env } = cluster.env;
    Object.assign(process.env, env);
    return opened(slurm({ tasks: 2, node: process.execPath, address: "127.0.0.1" }), cluster.close);
  },
};
