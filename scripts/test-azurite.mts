/**
 * The store of Azure on azurite, Microsoft's own emulator, which is installed beside, in a temporary folder that is kept, as nothing else needs its
 * four hundred packages.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { AZURITE, AZURITE_FOLDER, noAzurite } from "../test/support/azurite/installed.js";

function install(): boolean {
  console.log(`installing ${AZURITE} into ${AZURITE_FOLDER}`);
  mkdirSync(AZURITE_FOLDER, { recursive: true });
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
  try {
    execFileSync("npm", ["install", "--prefix", AZURITE_FOLDER, ...options, AZURITE], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    return true;
  } catch (error) {
    console.log(`SKIPPED: ${AZURITE} cannot be installed: ${(error as Error).message.split("\n")[0]}`);
    return false;
  }
}

if (!noAzurite || install()) {
  const args = ["node_modules/vitest/vitest.mjs", "run", "--project", "whole", "test/contract/azurite.test.ts"];
  process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
}
