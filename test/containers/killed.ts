/** Jobs on real containers of which one is killed: `npm run test:containers`. */
import { execFileSync } from "node:child_process";
import { Executor, FileStore, HttpBackend } from "nodewren";
import { beforeAll, describe, expect, it } from "vitest";
import { newFolder } from "../support/folders.js";
import { TOKEN } from "../support/http-server.js";
import { buildImage, type Image, noPodman, startContainer } from "../support/podman.js";
import { until } from "../support/until.js";

const missing = await noPodman();
if (missing) console.warn(`SKIPPED: jobs on containers: ${missing}`);

const podman = (...args: string[]) => execFileSync("podman", args, { encoding: "utf8" });

describe.skipIf(missing !== undefined)("jobs on two containers", () => {
  let image: Image;

  beforeAll(async () => {
    image = await buildImage();
    return image.remove;
  });

  it.each(["kill", "stop"])("lose nothing when one of them is told to end: podman %s", async (how) => {
    const containers = await Promise.all([1, 2].map(() => startContainer(image, 1)));
    const store = new FileStore(newFolder());
    const backend = new HttpBackend({ url: containers.map(({ url }) => url), token: TOKEN, reach: "machine" });
    const executor = new Executor({ backend, store, progress: false });
    const inputs = Array.from({ length: 60 }, (_, i) => i);
    const slowly = async (x: number) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return x * x;
    };
    try {
      const job = executor.map(slowly, inputs, { speculate: false });
      await until(() => job.progress.done > 5, 30_000);
      podman(how, containers[0]?.id as string);
      expect(await job).toEqual(inputs.map((x) => x * x));
      expect(job.progress.done).toBe(60);
    } finally {
      await executor.close();
      await Promise.all(containers.map((container) => container.close()));
    }
    expect(podman("ps", "--all", "--quiet", "--filter", `ancestor=${image.name}`)).toBe("");
  });
});
