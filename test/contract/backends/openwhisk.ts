import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.js";
import { ended, TOKEN } from "../../support/http-server.js";
import { type Admit, type Container, Front } from "../../support/platforms/front.js";
import { overHttp } from "../../support/platforms/over-http.js";
import { post, startNode, untilListening } from "../../support/platforms/processes.js";
import { type WorkerFolder, writeWorkerFolder } from "../../support/platforms/worker-folder.js";
import type { BackendUnderTest } from "../backend-under-test.js";

const PROXY = fileURLToPath(new URL("../../support/platforms/openwhisk-proxy.mjs", import.meta.url));
const PATH = "/api/v1/namespaces/_/actions/nodewren?blocking=true&result=true";
const AUTHORIZATION = `Basic ${Buffer.from("id:key").toString("base64")}`;

export const openwhisk: BackendUnderTest = {
  name: "openwhisk",
  real: "none: stand-ins for its API and its action proxy, as documented",
  open: async () => {
    const folder = await writeWorkerFolder("openwhisk");
    const front = await Front.start(await Promise.all([container(folder), container(folder)]), admit);
    const options = { url: front.url + PATH, headers: { authorization: AUTHORIZATION }, preset: "openwhisk" } as const;
    return overHttp(options, () => front.close(), folder.remove);
  },
};

const admit: Admit = ({ url, headers }) => {
  if (headers.authorization !== AUTHORIZATION)
    return { status: 401, body: '{"error":"The authentication is not valid."}' };
  return url === PATH ? undefined : { status: 404, body: '{"error":"The requested resource does not exist."}' };
};

async function container({ path }: WorkerFolder): Promise<Container> {
  const port = await freePort();
  const child = startNode([PROXY, String(port)], path, { NODEWREN_HTTP_TOKEN: "" });
  const at = { host: "127.0.0.1", port };
  await untilListening(at);
  const { status } = await post({ ...at, path: "/init" }, JSON.stringify({ value: { folder: path, main: "main" } }));
  if (status !== 200) throw new Error(`/init was answered with ${status}.`);
  return {
    handle: (body) => {
      // Parameters that the action has by default come with each activation.
      const value = { NODEWREN_HTTP_TOKEN: TOKEN, ...JSON.parse(body) };
      return post({ ...at, path: "/run" }, JSON.stringify({ value, activation_id: randomUUID(), namespace: "_" }));
    },
    close: () => ended(child),
  };
}
