/** Whole files in and out, synchronous for small ones, and the words for what can go wrong. */
import { closeSync, fstatSync, openSync, read, readSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { StoreError } from "../../errors.js";
import type { Body, ByteRange } from "../store.js";

/**
 * Bodies up to this size are read and written with synchronous calls. Reading 1 KB
 * took 8 µs so, and 144 µs through Node's thread pool (Node 20, ext4); a write saves about as much.
 */
const SYNC_BYTES = 64 * 1024;

/** Pieces are joined up to this size before they are written, since each write costs a call. */
const WRITE_BYTES = 1024 * 1024;

const readInto = promisify(read);

const HINTS: Record<string, string> = {
  ENOSPC: "Free some space, or give the FileStore a folder on another disk.",
  EDQUOT: "Free some of the quota, or give the FileStore a folder on another disk.",
  EROFS: "Give the FileStore a folder that can be written.",
  EACCES: "Give the FileStore a folder that this user can read and write.",
  EPERM: "Give the FileStore a folder that this user can read and write.",
  ENOENT:
    "The folder is not there: it cannot be made at this path, or was removed meanwhile. Check the path (for a temporary store, TMPDIR), and make a new executor.",
  ENOTDIR: "Give the FileStore a folder; part of the path is a file.",
  EISDIR: "A key must not be the beginning of another key's path.",
  ENAMETOOLONG: "Shorten the key; file systems take at most 255 bytes between two slashes.",
  EMFILE: "Raise the limit of open files (ulimit -n), or run fewer jobs at once.",
};

/** Of those, the codes of what goes away by itself. */
const PASSING = new Set(["EMFILE"]);

/** Codes of the operating system: any other error comes from code, such as a user's that has taken globals away. */
const OF_SYSTEM = /^E[A-Z0-9]+$/;

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

export function storeError(action: string, folder: string, key: string, cause: unknown): StoreError {
  const code = codeOf(cause) ?? String(cause);
  const hint = HINTS[code] ?? "See the cause.";
  const isTransient = PASSING.has(code) || (OF_SYSTEM.test(code) && !(code in HINTS));
  return new StoreError(`Cannot ${action} ${key} in ${folder}: ${code}. ${hint}`, { key, cause, isTransient });
}

export function piecesOf(body: Body): readonly Uint8Array[] {
  return body instanceof Uint8Array ? [body] : body;
}

function sizeOf(pieces: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.byteLength;
  return bytes;
}

/** Writes a new file with these permissions, less those that the process masks; fails when the file exists. */
export async function writeNewFile(path: string, body: Body, mode: number): Promise<void> {
  const pieces = piecesOf(body);
  if (sizeOf(pieces) <= SYNC_BYTES) writeNewFileSync(path, pieces, mode);
  else await writeNewFileInPieces(path, pieces, mode);
}

function writeNewFileSync(path: string, pieces: readonly Uint8Array[], mode: number): void {
  const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  const file = openSync(path, "wx", mode);
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
  } finally {
    closeSync(file);
  }
}

async function writeNewFileInPieces(path: string, pieces: readonly Uint8Array[], mode: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    for (const chunk of joined(pieces)) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

function* joined(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    batch.push(piece);
    bytes += piece.byteLength;
    if (bytes < WRITE_BYTES) continue;
    yield batch.length === 1 ? piece : Buffer.concat(batch);
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield Buffer.concat(batch);
}

/** The file, or the range of it, cut at its end; undefined when there is no such file. */
export async function readFileRange(path: string, range: ByteRange | undefined): Promise<Uint8Array | undefined> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
  try {
    const status = fstatSync(file);
    if (status.isDirectory()) return undefined;
    const start = Math.min(Math.max(0, range?.start ?? 0), status.size);
    const bytes = Math.max(0, Math.min(range?.end ?? status.size, status.size) - start);
    return bytes <= SYNC_BYTES ? readAtSync(file, start, bytes) : await readAt(file, start, bytes);
  } finally {
    closeSync(file);
  }
}

function readAtSync(file: number, start: number, bytes: number): Uint8Array {
  const body = new Uint8Array(bytes);
  let done = 0;
  while (done < bytes) {
    const count = readSync(file, body, done, bytes - done, start + done);
    if (count === 0) throw new Error("The file became shorter while it was read");
    done += count;
  }
  return body;
}

/** Through the open descriptor, so that a file which is deleted meanwhile is still read to its end. */
async function readAt(file: number, start: number, bytes: number): Promise<Uint8Array> {
  const body = new Uint8Array(bytes);
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await readInto(file, body, done, bytes - done, start + done);
    if (bytesRead === 0) throw new Error("The file became shorter while it was read");
    done += bytesRead;
  }
  return body;
}
