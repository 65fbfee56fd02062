/** Memory of the functions' processes, from /proc: limits are enforced on Linux only. */
import { readFileSync } from "node:fs";

/** How often running processes are looked at, ms. A fill of new memory reaches some 100 MB in that time at most. */
const LOOK_MS = 20;

/** The most that the process has had in memory so far, bytes; 0 when that is not known. */
export function peakMemory(pid: number): number {
  try {
    const kib = readFileSync(`/proc/${pid}/status`, "utf8").match(/VmHWM:\s+(\d+)/)?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Calls `onOver` once when the process has taken more than `limitBytes`. Returns what stops the watch. */
export function watchMemory(pid: number, limitBytes: number, onOver: () => void): () => void {
  const timer = setInterval(() => {
    if (peakMemory(pid) <= limitBytes) return;
    clearInterval(timer);
    onOver();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
