import { ssh } from "../../../src/backends/command/presets.js";
import { opened } from "../../support/places/open-command.js";
import { noSshd, startSshd } from "../../support/places/sshd.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const onHosts: BackendUnderTest = {
  name: "ssh",
  real: "sshd and ssh of OpenSSH; both hosts are this machine",
  missing: async () => noSshd,
  open: async () => {
    const { args, close } = await startSshd();
    return opened(ssh({ hosts: ["one", "two"], args, workers: 1, node: process.execPath }), close);
  },
};
