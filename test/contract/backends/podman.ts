import { containers } from "../../../src/backends/command/presets.js";
import { opened } from "../../support/places/open-command.js";
import { noPodman, startPodman } from "../../support/places/podman.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const inContainers: BackendUnderTest = {
  name: "podman",
  real: "podman and runc; the image is made of this machine's Node",
  missing: async () => noPodman,
  open: async () => {
    const { image, args, close } = await startPodman();
    return opened(containers({ image, args, containers: 2, workers: 1 }), close);
  },
};
