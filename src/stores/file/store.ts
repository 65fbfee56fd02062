/** A folder as object store: each key is a file below it. For one machine, or for a file system that all workers share. */
import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { OptionError, StoreError } from "../../errors.js";
import { atExit } from "../../util/at-exit.js";
import { asCalled } from "../../util/called.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { checkKey, checkPrefix } from "../keys.js";
import type { Body, ByteRange, Store, StoreEntry } from "../store.js";
import { codeOf, readFileRange, storeError, writeNewFile } from "./io.js";
import { listFiles } from "./list.js";
import { removeFolder } from "./remove-folder.js";
import { makeTemporaryFolder, sweepTemporaryFolders } from "./temporary-folder.js";

/** Where bodies are written before they get their name; no key may begin with it. */
const STAGING_FOLDER = ".staging";

/** Permissions of what the store makes: this user's alone, or whatever the process lets others do. */
const MODES = { own: { folder: 0o700, file: 0o600 }, shared: { folder: 0o777, file: 0o666 } };

/** What a worker needs to open the same folder. */
export interface FileStoreDescriptor {
  kind: "file";
  folder: string;
  /** Whether the folder goes with the executor that made it; a worker whose host was killed removes it then. */
  temporary: boolean;
  shared: boolean;
  [setting: string]: unknown;
}

/**
 * Objects as files. An object appears under its name whole or not at all: it is written to a staging file first, which
 * is then linked to its name (that fails when the name exists) or, to replace, renamed to it. A crash in mid-write
 * leaves a staging file and nothing else. Nothing is flushed to the disk: this survives the death of a process, not
 * that of the machine.
 */
export class FileStore implements Store {
  readonly reach = "machine";
  readonly folder: string;
  readonly temporary: boolean;
  /** Whether other users may do with what it makes what the process lets them. */
  readonly shared: boolean;
  #keep: (() => void) | undefined;

  readonly #makesFolder: boolean;

  /**
   * @param folder made when something is first stored; it stays after `close()`.
   * @param options.shared whether other users of the machine may read, and where the process's mask lets them, write what the
   * store makes. Default `false`: folders get the mode 0700, files 0600. One that is there already stays as it is.
   * @param options.makesFolder `false`: fail when the folder is missing. Default `true`.
   */
  constructor(folder: string, options: { temporary?: boolean; shared?: boolean; makesFolder?: boolean } = {}) {
    asCalled(FileStore, () => checkFolder(folder));
    this.folder = resolve(folder);
    this.temporary = options.temporary ?? false;
    this.shared = options.shared ?? false;
    this.#makesFolder = options.makesFolder ?? true;
  }

  [INSPECT](...how: InspectArguments): string {
    return inspected("FileStore", { folder: this.folder, temporary: this.temporary || undefined }, how);
  }

  /**
   * A store in a new folder, in the system's temporary one or `parent`, removed by `close()` or when the process ends; those that
   * processes of this user left which were killed go now.
   */
  static temporary(parent = tmpdir()): FileStore {
    const store = new FileStore(newTemporaryFolder(parent), { temporary: true, makesFolder: false });
    store.#keep = atExit(() => rmSync(store.folder, { recursive: true, force: true }));
    // What cannot be removed now is for the next one, or another tool: this store does not depend on it.
    sweepTemporaryFolders().catch(() => {});
    return store;
  }

  get descriptor(): FileStoreDescriptor {
    return { kind: "file", folder: this.folder, temporary: this.temporary, shared: this.shared };
  }

  async putIfAbsent(key: string, body: Body): Promise<boolean> {
    const file = this.#fileOf(key);
    return this.#write(key, body, (staged) => {
      try {
        this.#inFolder(file, () => linkSync(staged, file));
        return true;
      } catch (error) {
        if (codeOf(error) === "EEXIST" && !isFolder(file)) return false;
        throw error;
      } finally {
        unlinkSync(staged);
      }
    });
  }

  async put(key: string, body: Body): Promise<void> {
    const file = this.#fileOf(key);
    await this.#write(key, body, (staged) => this.#inFolder(file, () => renameSync(staged, file)));
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    try {
      return await readFileRange(this.#fileOf(key), range);
    } catch (cause) {
      throw cause instanceof StoreError ? cause : storeError("read", this.folder, key, cause);
    }
  }

  async *list(prefix: string, { startAfter = "" }: { startAfter?: string } = {}): AsyncIterable<StoreEntry> {
    checkPrefix(prefix);
    try {
      yield* listFiles(this.folder, prefix, startAfter, STAGING_FOLDER);
    } catch (cause) {
      throw storeError("list", this.folder, prefix, cause);
    }
  }

  async delete(key: string): Promise<void> {
    const file = this.#fileOf(key);
    try {
      if (!isFolder(file)) await rm(file, { force: true });
    } catch (cause) {
      if (codeOf(cause) !== "ENOTDIR") throw storeError("delete", this.folder, key, cause);
    }
  }

  /** Removes all objects whose keys begin with the folder's name and a slash, and the folder itself. */
  async deleteFolder(name: string): Promise<void> {
    await removeFolder(this.#fileOf(name));
  }

  async close(): Promise<void> {
    if (!this.temporary) return removeEmptyFolder(join(this.folder, STAGING_FOLDER));
    this.#keep?.();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #write<T>(key: string, body: Body, commit: (staged: string) => T): Promise<T> {
    const staged = join(this.folder, STAGING_FOLDER, randomUUID());
    try {
      await this.#inFolder(staged, () => writeNewFile(staged, body, this.#modes.file));
      return commit(staged);
    } catch (cause) {
      removeQuietly(staged);
      throw storeError("write", this.folder, key, cause);
    }
  }

  /** Runs the action on the file, and again with the file's folder made when that was missing. */
  #inFolder<T>(file: string, action: () => T): T {
    const again = (error: unknown): T => {
      if (codeOf(error) !== "ENOENT") throw error;
      this.#makeFolder(dirname(file));
      return action();
    };
    try {
      const result = action();
      return result instanceof Promise ? (result.catch(again) as T) : result;
    } catch (error) {
      return again(error);
    }
  }

  get #modes(): { folder: number; file: number } {
    return this.shared ? MODES.shared : MODES.own;
  }

  /** One by one: a recursive mkdir hides why a folder cannot be made, and would make the store's own folder again. */
  #makeFolder(folder: string, mayMakeParent = true): void {
    if (folder === this.folder && !this.#makesFolder)
      throw Object.assign(new Error(`The folder ${folder} is gone`), { code: "ENOENT" });
    try {
      mkdirSync(folder, { mode: this.#modes.folder });
    } catch (error) {
      if (codeOf(error) === "EEXIST") return;
      if (codeOf(error) !== "ENOENT" || !mayMakeParent || dirname(folder) === folder) throw error;
      this.#makeFolder(dirname(folder));
      this.#makeFolder(folder, false);
    }
  }

  #fileOf(key: string): string {
    checkKey(key);
    if (key === STAGING_FOLDER || key.startsWith(`${STAGING_FOLDER}/`))
      throw new StoreError(`Not a key: ${key}. Names below ${STAGING_FOLDER}/ are the store's own.`, {
        key,
        isTransient: false,
      });
    return join(this.folder, key);
  }
}

function newTemporaryFolder(parent: string): string {
  try {
    return makeTemporaryFolder(parent);
  } catch (cause) {
    throw storeError("make", parent, "nodewren-", cause);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Of one that holds something, another process is writing there. */
function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {}
}

/** The error that led here says more than one from the cleaning up. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {}
}

function checkFolder(folder: unknown): void {
  if (typeof folder !== "string" || folder === "")
    throw new OptionError("folder", 'new FileStore() takes the path of a folder, such as new FileStore("runs").');
}
