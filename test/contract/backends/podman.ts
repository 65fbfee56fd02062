import { containers } from "../../../src/backends/command/presets.js";
import { FileStore } from "../../../src/stores/file/store.js";
import { newFolder } from "../../support/folders.js";
import { noPodman, startPodman } from "../../support/places/podman.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const PODMAN: BackendUnderTest = {
  name: "podman",
  real: "podman and runc; the image is made of this machine's Node",
  open: async () => {
    if (noPodman) return { missing: noPodman };
    const { image, args, close } = await startPodman();
    const options = { image, args, containers: 2, workers: 1 };
    return { backend: () => containers(options), store: () => new FileStore(newFolder()), close };
  },
};
