import { LocalBackend } from "../../../src/backends/local/backend.js";
import { SeveralBackends } from "../../../src/backends/several/backend.js";
import { openLambda } from "../../support/lambda-under-test.js";
import type { BackendUnderTest } from "../backend-under-test.js";

export const several: BackendUnderTest = {
  name: "several",
  real: "processes of this machine; AWS' runtime client and SDK, a stand-in for Lambda itself",
  open: async () => {
    const { backend, ...opened } = await openLambda("push");
    return { ...opened, backend: new SeveralBackends([new LocalBackend({ workers: 1 }), backend]) };
  },
};
