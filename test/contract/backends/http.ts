import { startHttpServer } from "../../support/http-server.js";
import { overHttp } from "../../support/platforms/over-http.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const http: BackendUnderTest = {
  name: "http",
  real: "all: nodewren serve",
  open: async () => {
    const { url, close } = await startHttpServer();
    return overHttp({ url }, close);
  },
};
