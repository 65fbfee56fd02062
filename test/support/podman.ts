/** Real containers of the worker, by podman, where it is installed (Debian: podman, netavark, runc). */
import { execFile, execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { nodewren } from "./cli.js";
import { freePort } from "./free-port.js";
import { TOKEN } from "./http-server.js";
import { untilListening } from "./platforms/processes.js";

const run = promisify(execFile);

/** Limits as on a platform; a container without them may take the machine. */
const LIMITS = ["--memory=1g", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000"];

/** Crun refuses cgroups of both versions at once, which some machines have. */
const RUNTIME = "--runtime=runc";

/** Why no container can be run here; undefined where one can. */
export async function noPodman(): Promise<string | undefined> {
  try {
    await run("podman", ["info"]);
    await run("runc", ["--version"]);
    return undefined;
  } catch (error) {
    return `podman and runc: ${(error as Error).message.split("\n", 1)[0]}`;
  }
}

export interface Image {
  name: string;
  remove(): Promise<void>;
}

/** An image by `nodewren image --build`, on one that has this machine's own Node.js and nothing else. */
export async function buildImage(): Promise<Image> {
  const tag = randomUUID();
  const base = `localhost/nodewren-base:${tag}`;
  const name = `localhost/nodewren-worker:${tag}`;
  const folder = mkdtempSync(join(tmpdir(), "nodewren-image-"));
  try {
    await importNode(join(folder, "root"), base);
    const worker = join(folder, "worker");
    const built = await nodewren(folder, ["image", worker, "--from", base, "--build", "--tag", name]);
    if (built.code !== 0) throw new Error(`The image could not be built: ${built.stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { name, remove: () => run("podman", ["rmi", "--force", name, base]).then(() => {}) };
}

async function importNode(root: string, tag: string): Promise<void> {
  const node = realpathSync(process.execPath);
  const libraries = execFileSync("ldd", [node], { encoding: "utf8" }).match(/\/\S+/g) ?? [];
  for (const [from, to] of [[node, "/usr/bin/node"], ...libraries.map((path) => [path, path])] as [string, string][]) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(realpathSync(from), join(root, to));
  }
  mkdirSync(join(root, "tmp"), { recursive: true });
  await run("sh", ["-c", 'tar -C "$0" -c . | podman import - "$1"', root, tag]);
}

export interface StartedContainer {
  id: string;
  url: string;
  /** Kills what still runs. */
  close(): Promise<void>;
}

/** On the host's network, and with its folder for temporary files, which holds the stores of tests; as the user who owns them. */
export async function startContainer(image: Image, workers: number): Promise<StartedContainer> {
  const port = await freePort();
  const env = { HOST: "127.0.0.1", PORT: port, NODEWREN_HTTP_TOKEN: TOKEN, NODEWREN_HTTP_WORKERS: workers };
  const variables = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
  const shared = ["--network=host", `--volume=${tmpdir()}:${tmpdir()}`, `--user=${process.getuid?.()}`];
  const { stdout } = await run("podman", [
    "run",
    "--detach",
    "--rm",
    RUNTIME,
    ...LIMITS,
    ...shared,
    ...variables,
    image.name,
  ]);
  const id = stdout.trim();
  await untilListening({ host: "127.0.0.1", port });
  return {
    id,
    url: `http://127.0.0.1:${port}`,
    close: () => run("podman", ["rm", "--force", "--time=0", "--ignore", id]).then(() => {}),
  };
}
