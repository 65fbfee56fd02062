import { ssh } from "../../../src/backends/command/presets.js";
import { FileStore } from "../../../src/stores/file/store.js";
import { newFolder } from "../../support/folders.js";
import { noSshd, startSshd } from "../../support/places/sshd.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const SSH: BackendUnderTest = {
  name: "ssh",
  real: "sshd and ssh of OpenSSH; both hosts are this machine, and so the store's folder is shared",
  open: async () => {
    if (noSshd) return { missing: noSshd };
    const { args, close } = await startSshd();
    const options = { hosts: ["one", "two"], args, workers: 1, node: process.execPath };
    return { backend: () => ssh(options), store: () => new FileStore(newFolder()), close };
  },
};
