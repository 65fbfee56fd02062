/** Small and read-only disks for tests of what a store does when writing fails. Only root may mount them. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { onTestFinished } from "vitest";
import { newFolder } from "./folders.js";

function mount(...args: string[]): boolean {
  return spawnSync("mount", args, { stdio: "ignore" }).status === 0;
}

function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const probe = spawnSync("sh", ["-c", 'd=$(mktemp -d) && mount -t tmpfs none "$d" && umount "$d" && rmdir "$d"']);
  return probe.status === 0;
}

/** Whether this machine lets the tests mount. They say so and skip where it does not. */
export const mayMount = canMount();
if (!mayMount) console.warn("SKIPPED: tests of full and read-only disks, because this user may not mount a tmpfs.");

/** A disk of the given size, unmounted when the test ends. */
export function newDisk(kib: number): string {
  const folder = `${newFolder()}/disk`;
  mkdirSync(folder);
  if (!mount("-t", "tmpfs", "-o", `size=${kib}k`, "none", folder)) throw new Error(`Cannot mount a tmpfs at ${folder}`);
  onTestFinished(() => void spawnSync("umount", ["--lazy", folder]));
  return folder;
}

/** Makes a disk from `newDisk` read-only, as a failing one is made by the system. */
export function makeReadOnly(disk: string): void {
  if (!mount("-o", "remount,ro", disk)) throw new Error(`Cannot make ${disk} read-only`);
}
