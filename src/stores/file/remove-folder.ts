import { existsSync, lstatSync, readdirSync, unlinkSync } from "node:fs";
import { rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";

/** Files that are removed before the program gets its turn: some 50 µs each. */
const PER_TURN = 32;
/** To remove larger files takes the system longer than to hand the work to another thread. */
const SMALL_BYTES = 1024 * 1024;

/**
 * Removes a folder with all that is in it, if it is there. Of thousands of small folders, to wait for another thread at each
 * step takes most of the time, so small files go at once.
 */
export async function removeFolder(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  try {
    await removeNow(folder);
  } catch {
    // Somebody else writes there, or removes it, too.
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeNow(folder: string): Promise<void> {
  let removed = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await removeNow(path);
    else if (lstatSync(path).size > SMALL_BYTES) await unlink(path);
    else unlinkSync(path);
    if (++removed % PER_TURN === 0) await turn();
  }
  await rmdir(folder);
}
