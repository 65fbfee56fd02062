/**
 * Folders under the system's temporary one, each named after the process that made it: its id, which process of that id it
 * was, and where ids mean the same. So the next process can tell which of them nobody will remove any more.
 */
import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readFileSync, readlinkSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

/** Pid, birth, place; `.gone`: its workers were removing it. */
const NAME = /^nodewren-(\d+)-([0-9a-f]{8})-([0-9a-f]{8})-\w{6}(?:\.gone)?$/;

/** Of a birth that is not known, as where there is no /proc. */
const UNKNOWN = "00000000";

/** Only this user can enter the folder that `mkdtemp` makes. */
export function makeTemporaryFolder(parent = tmpdir()): string {
  return mkdtempSync(join(parent, beginningOf(process.pid)));
}

/** As the names of a process's folders begin. */
export function beginningOf(pid: number): string {
  return `nodewren-${pid}-${birthOf(pid)}-${hashOf(place())}-`;
}

/** Removes this user's folders whose process has ended without doing so, as one that was killed with all its workers. */
export async function sweepTemporaryFolders(): Promise<void> {
  const here = hashOf(place());
  for (const name of await readdir(tmpdir())) {
    const [, pid, birth, where] = NAME.exec(name) ?? [];
    if (where !== here || lives(Number(pid), birth as string)) continue;
    const folder = join(tmpdir(), name);
    // Another process may be at it, too.
    if (isOwnFolder(folder)) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** Containers may share a temporary folder, and have processes of the same id. */
function place(): string {
  return `${hostname()} ${read(() => readlinkSync("/proc/self/ns/pid"))}`;
}

function lives(pid: number, birth: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // One that may not be sent a signal is another user's, and lives.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
  const now = birthOf(pid);
  return now === UNKNOWN || birth === UNKNOWN || now === birth;
}

/** Ids are given again, in containers mostly the same ones. */
function birthOf(pid: number): string {
  // The name in parentheses may hold anything; the start time is the 20th field after it.
  const start = read(
    () =>
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19],
  );
  const boot = read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  return start === undefined || boot === undefined ? UNKNOWN : hashOf(`${boot} ${start}`);
}

function isOwnFolder(folder: string): boolean {
  const status = lstatSync(folder, { throwIfNoEntry: false });
  const user = process.getuid?.();
  return status?.isDirectory() === true && (user === undefined || status.uid === user);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function read<T>(from: () => T): T | undefined {
  try {
    return from();
  } catch {
    return undefined;
  }
}
