/** Programs that run for a while, for tests: started, waited for, and ended by their ids. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

export const run = promisify(execFile);

/** Where Debian has its servers, which are not in every user's path. */
const FOLDERS = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];

export function pathOf(program: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Which of the programs are not here, with the command that would change that; undefined when none is missing. */
export function missing(programs: readonly string[], packages: string): string | undefined {
  const absent = programs.filter((program) => !pathOf(program));
  return absent.length === 0
    ? undefined
    : `${absent.join(", ")} not installed here (Debian: apt-get install -y --no-install-recommends ${packages})`;
}

export class Daemon {
  readonly child: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** What it has printed last. */
  text = "";

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(pathOf(program) ?? program, args, { stdio: ["ignore", "pipe", "pipe"], env });
    this.#ended = new Promise((resolve) => this.child.once("close", resolve).once("error", resolve));
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (chunk) => {
        this.text = (this.text + chunk).slice(-10_000);
      });
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    await this.#ended;
    clearTimeout(timer);
  }
}
