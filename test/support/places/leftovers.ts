/** What workers elsewhere have left: processes that have a folder of theirs in a variable, and files in it. */
import { readdirSync, readFileSync } from "node:fs";
import { until } from "../until.js";

/** Ids of processes that have the folder in their environment. */
export function processesOf(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(pid).includes(`XDG_CACHE_HOME=${folder}/`))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // It has ended meanwhile, or is another user's.
    return "";
  }
}

/** Fails unless, in a moment, no process is left, and no temporary file. */
export async function nothingLeft(folder: string): Promise<void> {
  await until(() => processesOf(folder).length === 0 && readdirSync(`${folder}/tmp`).length === 0, 15_000);
}
