import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ended } from "../../support/http-server.js";
import { type Container, Front } from "../../support/platforms/front.js";
import { overHttp } from "../../support/platforms/over-http.js";
import { post, startNode, untilListening } from "../../support/platforms/processes.js";
import { type WorkerFolder, writeWorkerFolder } from "../../support/platforms/worker-folder.js";
import type { BackendUnderTest } from "../backend-under-test.js";

const PATH = "/invoke/nodewren";

/** Time that Fn gives a function, ms, unless its func.yaml says otherwise. */
const LIMIT_MS = 30_000;

export const fn: BackendUnderTest = {
  name: "fn",
  real: "Fn's kit on its socket; a stand-in for Fn's server, which asks it as documented",
  open: async () => {
    const folder = await writeWorkerFolder("fn", { installed: true });
    const containers = await Promise.all([1, 2].map((n) => container(folder, join(folder.path, `fn-${n}.sock`))));
    const front = await Front.start(containers, ({ url }) =>
      url === PATH ? undefined : { status: 404, body: '{"message":"function not found"}' },
    );
    return overHttp({ url: front.url + PATH, preset: "fn" }, () => front.close(), folder.remove);
  },
};

/** What Fn's server starts in Docker: the kit with the function, which it asks on a socket, one call at a time. */
async function container({ path }: WorkerFolder, socketPath: string): Promise<Container> {
  const env = { FN_FORMAT: "http-stream", FN_LISTENER: `unix:${socketPath}`, FN_APP_ID: "app", FN_FN_ID: "nodewren" };
  const child = startNode(["func.js"], path, env);
  await untilListening({ socketPath });
  return {
    handle: (body) => {
      const deadline = new Date(Date.now() + LIMIT_MS).toISOString();
      return post(
        { socketPath, path: "/call", headers: { "Fn-Call-Id": randomUUID(), "Fn-Deadline": deadline } },
        body,
      );
    },
    close: () => ended(child),
  };
}
