/** The folder of this worker's own into which packages are unpacked that travel as files. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StoreError } from "../errors.js";
import { atExit } from "../util/at-exit.js";
import type { PackageFiles } from "../wire/package-files.js";

/** Beginning of the folder's name; the rest nobody can foresee. */
const PREFIX = "nodewren-packages-";

/** Sets of packages that stay on the disk: those that were unpacked last. */
const MAX_UNPACKED = 8;

export class PackagesFolder {
  readonly #fixed: string | undefined;
  #folder: string | undefined;
  readonly #unpacked = new Set<string>();

  /**
   * @param fixed the folder, which is this worker's alone: what an earlier worker has left there is removed. Default: a new
   * one in the system's folder for temporary files, removed when the process exits.
   */
  constructor(fixed?: string) {
    this.#fixed = fixed;
  }

  /**
   * Writes the files below a folder of that name, once, and gives its path. Throws `StoreError` when a name would lead out of
   * it, and when the disk is full.
   */
  unpack(name: string, packages: PackageFiles): string {
    const folder = path.join(this.#own(), name);
    if (this.has(name)) return folder;
    if (this.#unpacked.size >= MAX_UNPACKED) this.#remove(this.#unpacked.values().next().value as string);
    try {
      write(folder, packages);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw (error as NodeJS.ErrnoException).code === "ENOSPC" ? diskFull(packages, error) : error;
    }
    this.#unpacked.add(name);
    return folder;
  }

  has(name: string): boolean {
    return this.#unpacked.has(name);
  }

  #remove(name: string): void {
    this.#unpacked.delete(name);
    rmSync(path.join(this.#own(), name), { recursive: true, force: true });
  }

  #own(): string {
    if (this.#folder === undefined) {
      this.#folder = this.#fixed ?? mkdtempSync(path.join(tmpdir(), PREFIX));
      if (this.#fixed !== undefined) rmSync(this.#fixed, { recursive: true, force: true });
      else atExit(() => rmSync(this.#folder as string, { recursive: true, force: true }));
    }
    return this.#folder;
  }
}

/** One after the other: they are small, and each way through Node's threads costs more than writing one. */
function write(folder: string, { files, links }: PackageFiles): void {
  const made = new Set<string>();
  const place = (name: string): string => {
    const file = placeIn(folder, name);
    const parent = path.dirname(file);
    if (!made.has(parent)) mkdirSync(parent, { recursive: true, mode: 0o700 });
    made.add(parent);
    return file;
  };
  for (const { path: name, bytes, executable } of files) {
    const file = place(name);
    writeFileSync(file, bytes);
    if (executable) chmodSync(file, 0o700);
  }
  for (const { path: name, target } of links) {
    const file = place(name);
    // Junctions, for Windows, must be absolute; elsewhere the kind is ignored.
    symlinkSync(placeIn(folder, target), file, "junction");
  }
}

function placeIn(folder: string, name: string): string {
  const file = path.join(folder, name);
  if (file.startsWith(folder + path.sep)) return file;
  throw new StoreError(`Packages that came as files have one named ${name}, which leads out of their folder.`, {
    key: name,
  });
}

function diskFull({ files }: PackageFiles, cause: unknown): StoreError {
  const bytes = files.reduce((sum, file) => sum + file.bytes.byteLength, 0);
  return new StoreError(
    `The worker's disk has no room for the packages, ${Math.ceil(bytes / 1024 / 1024)} MiB. On Lambda, raise lambda.ephemeralStorageMb and run \`npx nodewren deploy\`.`,
    { key: "packages", cause },
  );
}
