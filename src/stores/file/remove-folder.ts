import { readdir, rm, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes a folder with all that is in it, if it is there. It asks the system for half as much as `rm` does, which looks at each
 * entry first: of thousands of small folders, that is most of the time that they take.
 */
export async function removeFolder(folder: string): Promise<void> {
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      await (entry.isDirectory() ? removeFolder(path) : unlink(path));
    }
    await rmdir(folder);
  } catch {
    // It is not there, or somebody else writes there, or removes it, too.
    await rm(folder, { recursive: true, force: true });
  }
}
