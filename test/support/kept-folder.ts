import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder for what outlives a test: whoever asks for it removes it. */
export function keptFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "nodewren-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}
