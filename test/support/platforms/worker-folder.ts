/** What `nodewren image` writes for a platform, in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PlatformName } from "../../../src/image/platforms.js";
import { workerFiles } from "../../../src/image/worker-files.js";
import { root } from "../run-script.js";

export interface WorkerFolder {
  path: string;
  remove(): void;
}

/** @param options.installed whether packages of this project can be required there, as if the platform's builder had installed them */
export async function writeWorkerFolder(
  platform: PlatformName,
  { installed = false, base }: { installed?: boolean; base?: string } = {},
): Promise<WorkerFolder> {
  const path = mkdtempSync(join(tmpdir(), "nodewren-platform-"));
  for (const [name, bytes] of await workerFiles(platform, base)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), bytes);
  }
  if (installed) symlinkSync(join(root, "node_modules"), join(path, "node_modules"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
