import { expect, it } from "vitest";
import { httpModuleFor } from "../../../src/util/http-module.js";
import { runScript } from "../../support/scripts.js";

it("is the module of the URL's protocol", async () => {
  const [http, https] = await Promise.all([httpModuleFor("http://a/https:"), httpModuleFor("https://a")]);
  expect([new http.Agent(), new https.Agent()]).toMatchObject([{ protocol: "http:" }, { protocol: "https:" }]);
});

it("neither a program with local workers nor such a worker has loaded what they do not need", async () => {
  const { stdout } = await runScript(`
    import { Executor } from "nodewren";
    const loaded = () => process.moduleLoadList.filter((name) => /^NativeModule (https?|tls)$/.test(name));
    const executor = new Executor({ workers: 1, progress: false });
    const [onWorker] = await executor.map(loaded, [0]);
    await executor.close();
    console.log(JSON.stringify({ here: loaded(), onWorker }));
  `).ended;
  expect(JSON.parse(stdout)).toEqual({ here: [], onWorker: [] });
});
