/** Containers by podman, from an image that is made of this machine's own Node and the libraries that it loads. */
import { cpSync, mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { keptFolder } from "../kept-folder.js";
import { missing, run } from "./daemon.js";

export const noPodman = missing(["podman", "runc"], "podman netavark runc");

export interface Podman {
  image: string;
  /** Arguments of `run` by which containers see this machine's temporary files. */
  args: readonly string[];
  /** Ids of the containers of the image. */
  containers(): Promise<string[]>;
  close(): Promise<void>;
}

export async function startPodman(): Promise<Podman> {
  const folder = keptFolder();
  const image = `localhost/nodewren-test-${process.pid}:1`;
  try {
    await makeRoot(`${folder.path}/root`);
    const tar = `${folder.path}/root.tar`;
    await run("tar", ["-C", `${folder.path}/root`, "-cf", tar, "."]);
    await run("podman", ["import", "--change", "ENV PATH=/usr/bin", tar, image]);
  } finally {
    folder.remove();
  }
  const containers = async () => {
    const { stdout } = await run("podman", ["ps", "--all", "--quiet", "--filter", `ancestor=${image}`]);
    return stdout.split("\n").filter(Boolean);
  };
  const limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000"];
  return {
    image,
    args: ["--runtime=runc", "--network=none", ...limits, `--volume=${tmpdir()}:${tmpdir()}`],
    containers,
    close: async () => void (await run("podman", ["rmi", "--force", image])),
  };
}

async function makeRoot(root: string): Promise<void> {
  const node = realpathSync(process.execPath);
  const { stdout } = await run("ldd", [node]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path as string);
  for (const [from, to] of [[node, "/usr/bin/node"], ...libraries.map((path) => [path, path])] as [string, string][]) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(realpathSync(from), join(root, to));
  }
  for (const name of ["tmp", "proc", "sys", "dev", "etc"]) mkdirSync(join(root, name));
}
