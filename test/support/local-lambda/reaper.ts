/** Ends the functions' processes when the double's own process is gone, however it went. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Its standard input closes with the process that holds the other end. Each line adds or removes a process group; at
 * the end those that are left are killed, and the folder is removed.
 */
const SCRIPT = `
groups=""
while read -r change group; do
  case $change in
    +) groups="$groups $group" ;;
    -) rest=""; for one in $groups; do [ "$one" = "$group" ] || rest="$rest $one"; done; groups=$rest ;;
  esac
done
for one in $groups; do kill -s KILL -- "-$one" 2>/dev/null; done
rm -rf -- "$1"
`;

export class Reaper {
  #shell: ChildProcess;

  /** Removes `folder` at the end, too. */
  constructor(folder: string) {
    // A session of its own: Ctrl-C in a terminal must not end it first.
    this.#shell = spawn("sh", ["-c", SCRIPT, "sh", folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
    this.#shell.unref();
    this.#shell.stdin?.on("error", () => {});
  }

  add(pid: number): void {
    this.#shell.stdin?.write(`+ ${pid}\n`);
  }

  remove(pid: number): void {
    this.#shell.stdin?.write(`- ${pid}\n`);
  }

  async close(): Promise<void> {
    if (this.#shell.exitCode !== null) return;
    const exited = once(this.#shell, "exit");
    this.#shell.ref();
    this.#shell.stdin?.end();
    await exited;
  }
}
