// Installs tslab, the notebook kernel for TypeScript, where the notebook tests look for it: beside the packages of this
// clone, not among them. Debian's part: apt-get install python3-nbclient jupyter-client
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const VERSION = "1.0.22";
const folder = fileURLToPath(new URL("../node_modules/.cache/tslab/", import.meta.url));
mkdirSync(folder, { recursive: true });
const args = ["install", `tslab@${VERSION}`, "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"];
const { status } = spawnSync("npm", args, { stdio: "inherit", shell: process.platform === "win32" });
process.exitCode = status ?? 1;
