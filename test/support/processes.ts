/** Which processes there are, from /proc: the tests that count them run on Linux only, and say so elsewhere. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export const canListProcesses = process.platform === "linux";

/** Ids of the running processes whose parent is `pid`; zombies do not count. */
export function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
}

export function isAlive(pid: number): boolean {
  return parentOf(pid) !== undefined;
}

/** What this process's descriptors stand for: paths of files, and names of sockets and pipes. */
export function openDescriptors(): string[] {
  return readdirSync("/proc/self/fd").flatMap(standsFor);
}

/** None, if it was closed after the list was made. */
function standsFor(descriptor: string): string[] {
  try {
    return [readlinkSync(`/proc/self/fd/${descriptor}`)];
  } catch {
    return [];
  }
}

function parentOf(pid: number): number | undefined {
  try {
    // The name in parentheses may hold spaces, so fields are counted from its end: state, then parent.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
