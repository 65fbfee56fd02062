/** The worker for AWS Lambda as this package's build has left it. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { ownRequire } from "../util/own-file.js";

/** Its files by name. */
export function lambdaFiles(): Promise<Map<string, Uint8Array>> {
  return filesOf("lambda");
}

/** Brotli makes a fifth less of the worker than the package's own compression does, so that is how the package has it. */
const COMPRESSED = ".br";

async function filesOf(name: string): Promise<Map<string, Uint8Array>> {
  const folder = builtFolder(name);
  const names = new Set(await readdir(folder));
  // A build leaves the file itself beside the compressed one, for tests.
  const packed = [...names].filter((file) => !names.has(file + COMPRESSED));
  return new Map(await Promise.all(packed.map((file) => readBuilt(folder, file))));
}

async function readBuilt(folder: string, file: string): Promise<[name: string, Uint8Array]> {
  const bytes = await readFile(join(folder, file));
  return file.endsWith(COMPRESSED) ? [file.slice(0, -COMPRESSED.length), brotliDecompressSync(bytes)] : [file, bytes];
}

/** Folder of a bundle in this package, wherever this file itself has been bundled to. */
function builtFolder(name: string): string {
  const manifest = ownRequire.resolve("nodewren/package.json");
  return join(dirname(manifest), "dist/runtime-layer", name);
}
