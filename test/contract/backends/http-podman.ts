import { overHttp } from "../../support/platforms/over-http.js";
import { buildImage, noPodman, startContainer } from "../../support/podman.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const httpPodman: BackendUnderTest = {
  name: "http-podman",
  real: "podman and runc, with the image that nodewren image --build makes",
  missing: noPodman,
  open: async () => {
    const image = await buildImage();
    const container = await startContainer(image, 2);
    return overHttp({ url: container.url }, container.close, image.remove);
  },
};
