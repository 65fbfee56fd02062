import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A new folder that goes when the test ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** As `newFolder()`, for what outlives a test: whoever asks for it removes it. */
export function keptFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "nodewren-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
