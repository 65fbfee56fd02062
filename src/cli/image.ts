import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Command, Option } from "commander";
import { DeployError } from "../errors.js";
import { PLATFORMS, type PlatformName } from "../image/platforms.js";
import { DEFAULT_BASE, workerFiles } from "../image/worker-files.js";

interface ImageOptions {
  for: PlatformName;
  from?: string;
  build: boolean;
  tag: string;
  json: boolean;
}

/** What builds images, the one to ask first. */
const ENGINES = ["podman", "docker"];

/** `nodewren image`: the worker as a container or as a function of another platform. */
export function imageCommand(): Command {
  return new Command("image")
    .description(
      "Writes the worker with all that it needs into a folder: for a container, or for a platform of functions.",
    )
    .argument("[folder]", "where it is written", "nodewren-worker")
    .addOption(new Option("--for <platform>", "what it will run on").choices(Object.keys(PLATFORMS)).default("http"))
    .option(
      "--from <image>",
      `image that a container begins with, which has node; default: ${DEFAULT_BASE}, and AWS's for lambda`,
    )
    .option("--build", "build the container as well, with podman or docker", false)
    .option("--tag <name>", "name of the built image", "nodewren-worker")
    .option("--json", "print data instead of text", false)
    .action((folder: string, options: ImageOptions) => writeImage(folder, options));
}

async function writeImage(folder: string, { for: platform, from, build, tag, json }: ImageOptions): Promise<void> {
  const files = await workerFiles(platform, from);
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  const engine = build ? await buildWith(folder, tag) : undefined;
  if (json) return console.log(JSON.stringify({ folder, files: [...files.keys()], ...(engine && { engine, tag }) }));
  console.log(`Written to ${folder}: ${[...files.keys()].join(", ")}`);
  console.log(engine ? `Built with ${engine}: ${tag}` : `Then, in ${folder}: ${PLATFORMS[platform].next}`);
}

/** Resolves with the engine that has built the image. */
async function buildWith(folder: string, tag: string): Promise<string> {
  for (const engine of ENGINES) {
    const code = await codeOf(engine, ["build", "--tag", tag, folder]);
    if (code === 0) return engine;
    if (code !== undefined)
      throw new DeployError(`${engine} could not build the image in ${folder}: exit code ${code}.`);
  }
  throw new DeployError(
    `Neither ${ENGINES.join(" nor ")} is installed here. Build ${folder} on a machine that has one.`,
  );
}

/** Undefined when there is no such program. */
function codeOf(program: string, args: readonly string[]): Promise<number | undefined> {
  return new Promise((resolve) => {
    // What it says goes where it does not disturb data.
    const child = spawn(program, args, { stdio: ["ignore", 2, 2] });
    child.once("error", () => resolve(undefined));
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
