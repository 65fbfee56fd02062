import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.js";
import { ended } from "../../support/http-server.js";
import { type Container, Front } from "../../support/platforms/front.js";
import { overHttp } from "../../support/platforms/over-http.js";
import { post, startNode, untilListening } from "../../support/platforms/processes.js";
import { type WorkerFolder, writeWorkerFolder } from "../../support/platforms/worker-folder.js";
import type { BackendUnderTest } from "../backend-under-test.js";

const ENVIRONMENT = fileURLToPath(new URL("../../support/platforms/fission-environment.mjs", import.meta.url));
const PATH = "/fission-function/nodewren";

export const fission: BackendUnderTest = {
  name: "fission",
  real: "none: stand-ins for its router and its environment, as documented",
  open: async () => {
    const folder = await writeWorkerFolder("fission");
    const front = await Front.start(await Promise.all([container(folder), container(folder)]), ({ url }) =>
      url === PATH ? undefined : { status: 404, body: "404 page not found", type: "text/plain" },
    );
    return overHttp({ url: front.url + PATH, preset: "fission" }, () => front.close(), folder.remove);
  },
};

async function container({ path }: WorkerFolder): Promise<Container> {
  const port = await freePort();
  const child = startNode([ENVIRONMENT, String(port)], path);
  const at = { host: "127.0.0.1", port };
  await untilListening(at);
  const specialized = await post(
    { ...at, path: "/v2/specialize" },
    JSON.stringify({ filepath: path, functionName: "index.worker" }),
  );
  if (specialized.status !== 202) throw new Error(`/v2/specialize was answered with ${specialized.status}.`);
  return { handle: (body) => post({ ...at, path: PATH }, body), close: () => ended(child) };
}
