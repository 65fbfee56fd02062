import { randomUUID } from "node:crypto";
import { freePort } from "../../support/free-port.js";
import { ended } from "../../support/http-server.js";
import { type Admit, type Container, Front, type Reply } from "../../support/platforms/front.js";
import { overHttp } from "../../support/platforms/over-http.js";
import { post, startNode, untilListening } from "../../support/platforms/processes.js";
import { type WorkerFolder, writeWorkerFolder } from "../../support/platforms/worker-folder.js";
import type { BackendUnderTest } from "../backend-under-test.js";

const PATH = "/api/nodewren";
const KEY = "a key of the function";

export const azure: BackendUnderTest = {
  name: "azure",
  real: "none: a stand-in for the Functions host, which asks the custom handler as documented",
  open: async () => {
    const folder = await writeWorkerFolder("azure");
    const front = await Front.start(await Promise.all([container(folder), container(folder)]), admit);
    const options = { url: front.url + PATH, headers: { "x-functions-key": KEY }, preset: "azure-functions" } as const;
    return overHttp(options, () => front.close(), folder.remove);
  },
};

const admit: Admit = ({ url, headers }) => {
  if (headers["x-functions-key"] !== KEY) return { status: 401, body: "" };
  return url === PATH ? undefined : { status: 404, body: "" };
};

/** The handler, which is asked in the form that has the request as an object. */
async function container({ path }: WorkerFolder): Promise<Container> {
  const port = await freePort();
  const child = startNode(["index.js"], path, { FUNCTIONS_CUSTOMHANDLER_PORT: String(port) });
  const at = { host: "127.0.0.1", port };
  await untilListening(at);
  return {
    handle: async (body) => {
      const req = { Url: `http://127.0.0.1${PATH}`, Method: "POST", Query: {}, Headers: {}, Params: {}, Body: body };
      const text = JSON.stringify({ Data: { req }, Metadata: { sys: { MethodName: "nodewren" } } });
      const headers = { "X-Azure-Functions-InvocationId": randomUUID() };
      return outputOf(await post({ ...at, path: "/nodewren", headers }, text));
    },
    close: () => ended(child),
  };
}

function outputOf({ status, body }: Reply): Reply {
  if (status < 200 || status > 299) return { status: 500, body: "" };
  const { res } = JSON.parse(body).Outputs;
  return { status: Number(res.statusCode), body: res.body, type: res.headers["content-type"] };
}
