import type { ChildProcess } from "node:child_process";
import { ended } from "../../support/http-server.js";
import { type Container, Front, type Reply } from "../../support/platforms/front.js";
import { overHttp } from "../../support/platforms/over-http.js";
import { startNode } from "../../support/platforms/processes.js";
import { type WorkerFolder, writeWorkerFolder } from "../../support/platforms/worker-folder.js";
import type { BackendUnderTest } from "../backend-under-test.js";

const PATH = "/function/nodewren";

export const watchdog: BackendUnderTest = {
  name: "watchdog",
  real: "none: a stand-in for OpenFaaS' gateway and classic watchdog, a process for each request",
  open: async () => {
    const folder = await writeWorkerFolder("watchdog");
    const running = new Set<ChildProcess>();
    const front = await Front.start([container(folder, running), container(folder, running)], ({ url }) =>
      url === PATH ? undefined : { status: 404, body: "" },
    );
    const endAll = () => Promise.all([...running].map((child) => ended(child)));
    return overHttp({ url: front.url + PATH, preset: "openfaas" }, endAll, () => front.close(), folder.remove);
  },
};

function container({ path }: WorkerFolder, running: Set<ChildProcess>): Container {
  return {
    handle: (body) => fork(path, body, running),
    close: async () => {},
  };
}

/** The body to stdin of a new process, what it prints as the answer. */
async function fork(cwd: string, body: string, running: Set<ChildProcess>): Promise<Reply> {
  const child = startNode(["index.js"], cwd, {}, "pipe");
  running.add(child);
  let printed = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  child.stdin?.on("error", () => {}).end(body);
  const code = await new Promise((resolve) => child.once("close", resolve));
  running.delete(child);
  return code === 0 ? { status: 200, body: printed } : { status: 500, body: `exit status ${code}`, type: "text/plain" };
}
