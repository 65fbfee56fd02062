import { join } from "node:path";
import { freePort } from "../../support/free-port.js";
import { ended } from "../../support/http-server.js";
import { overHttp } from "../../support/platforms/over-http.js";
import { startNode, untilListening } from "../../support/platforms/processes.js";
import { writeWorkerFolder } from "../../support/platforms/worker-folder.js";
import { root } from "../../support/run-script.js";
import type { BackendUnderTest } from "../backend-under-test.js";

const FRAMEWORK = join(root, "node_modules/@google-cloud/functions-framework/build/src/main.js");

export const functionsFramework: BackendUnderTest = {
  name: "functions-framework",
  real: "Google's functions-framework; not Cloud Functions around it",
  open: async () => {
    const folder = await writeWorkerFolder("functions-framework");
    const port = await freePort();
    const env = { NODEWREN_HTTP_WORKERS: "2" };
    const child = startNode([FRAMEWORK, "--target=worker", `--port=${port}`], folder.path, env);
    await untilListening({ host: "127.0.0.1", port });
    const url = `http://127.0.0.1:${port}`;
    return overHttp({ url, preset: "cloud-functions" }, () => ended(child), folder.remove);
  },
};
