/** The built worker for AWS Lambda, as the zip file that a function is made from. */
import { createHash } from "node:crypto";
import { type Zippable, zipSync } from "fflate";
import { lambdaFiles } from "./built-worker.js";
import { hostBundle } from "./host-bundle.js";

/** What the function's `Handler` must be: file and export of the bundle. */
export const HANDLER = "index.handler";

/**
 * Lambda's runtimes that the bundle runs on, the one to choose first. nodejs20.x cannot be created any more; nodejs22.x ends on 30 April 2027; nodejs26.x is
 * a preview since July 2026.
 */
export const RUNTIMES = ["nodejs24.x", "nodejs22.x", "nodejs26.x"] as const;

/** The bundle is JavaScript only, so both will do. */
export const ARCHITECTURES = ["x86_64", "arm64"] as const;

export type Runtime = (typeof RUNTIMES)[number];
export type Architecture = (typeof ARCHITECTURES)[number];

export interface LambdaZip {
  bytes: Uint8Array;
  /** SHA-256 of the bytes in base64, as Lambda tells it as `CodeSha256`. */
  sha256: string;
}

/** Where Node finds this package beside the worker. */
const OWN_PACKAGE = "node_modules/nodewren/";

/** Every entry's time: the first that a zip file can name, at noon, which no time zone skipped. */
const [YEAR, JANUARY, DAY, HOUR] = [1980, 0, 1, 12];

/** A plain file that everyone may read, in the upper half of the field; Lambda runs functions as another user. */
const READABLE_FILE = (0o100644 << 16) >>> 0;
const PROGRAM = (0o100755 << 16) >>> 0;

/** Number of the system that the attributes are meant for: Unix. */
const UNIX = 3;

/**
 * The same bytes for the same release, everywhere and always: whether to deploy again is told by the digest alone. With nested
 * maps, also for the same releases of esbuild and of the AWS SDK.
 *
 * @param options.nestedMaps with this package for calls that start jobs, in a file that nothing else loads
 */
export async function lambdaZip({ nestedMaps = false }: { nestedMaps?: boolean } = {}): Promise<LambdaZip> {
  const worker = await lambdaFiles();
  const own = nestedMaps ? await hostBundle() : [];
  const bytes = zipOf(new Map([...worker, ...Array.from(own, ([name, file]) => [OWN_PACKAGE + name, file] as const)]));
  return { bytes, sha256: createHash("sha256").update(bytes).digest("base64") };
}

/** A file of a zip file, where more is to be said than its bytes. */
export interface ZippedFile {
  bytes: Uint8Array;
  executable: boolean;
}

/** Files by name, in a zip file that depends on names and contents only. */
export function zipOf(files: ReadonlyMap<string, Uint8Array | ZippedFile>): Uint8Array {
  const entries: Zippable = {};
  // Zip files hold local time: as it is made from local time here, the file says the same in every time zone.
  const mtime = new Date(YEAR, JANUARY, DAY, HOUR);
  for (const name of [...files.keys()].sort())
    entries[name] = entryOf(files.get(name) as Uint8Array | ZippedFile, mtime);
  return zipSync(entries, { level: 9 });
}

function entryOf(file: Uint8Array | ZippedFile, mtime: Date): Zippable[string] {
  const { bytes, executable } = file instanceof Uint8Array ? { bytes: file, executable: false } : file;
  return [bytes, { mtime, os: UNIX, attrs: executable ? PROGRAM : READABLE_FILE }];
}
