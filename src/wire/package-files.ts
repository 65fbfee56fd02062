/** Packages as files in one object: what each is named, what each holds, and which of them are loaded by what name. */
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

export interface PackageFile {
  /** Way from the folder that all are unpacked into, with forward slashes. */
  path: string;
  bytes: Uint8Array;
  /** Whether it may be run as a program. */
  executable: boolean;
}

/** Package managers lay out packages with links, which decide what is one module and what are two. */
export interface PackageLink {
  path: string;
  /** Way from the same folder to what it leads to. */
  target: string;
}

/** What is loaded, and from where: as the importer's own place would have Node find it. */
export interface FilesEntry {
  /** A package as its importer names it, or undefined: then `path` is the file itself. */
  specifier?: string | undefined;
  /** The importer's path within the folder, whether or not there is such a file. */
  path: string;
  via: "import" | "require";
}

export interface PackageFiles {
  files: PackageFile[];
  links: PackageLink[];
  /** By their package keys. */
  entries: Record<string, FilesEntry>;
  /** Names of packages that the worker has by itself, and that these files may ask for. */
  onWorker: readonly string[];
}

interface Header {
  code: string;
  files: [path: string, bytes: number, executable: 0 | 1][];
  links: [path: string, target: string][];
  entries: Record<string, FilesEntry>;
  onWorker: readonly string[];
}

/** Bytes before the header that tell its length. */
const LENGTH_BYTES = 4;

/** The header, behind its length, and then the files' bytes one after the other; all of it compressed at once. */
export function encodeFiles(code: string, { files, links, entries, onWorker }: PackageFiles): Promise<Buffer> {
  const header: Header = {
    code,
    files: files.map(({ path, bytes, executable }) => [path, bytes.byteLength, executable ? 1 : 0]),
    links: links.map(({ path, target }) => [path, target]),
    entries,
    onWorker,
  };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(text.byteLength);
  return promisify(gzip)(Buffer.concat([length, text, ...files.map(({ bytes }) => bytes)]));
}

/** The files' bytes are views of one buffer. */
export async function decodeFiles(compressed: Uint8Array): Promise<{ code: string; files: PackageFiles }> {
  const all = await promisify(gunzip)(compressed);
  const end = LENGTH_BYTES + all.readUInt32LE(0);
  const header = JSON.parse(all.toString("utf8", LENGTH_BYTES, end)) as Header;
  let at = end;
  const files = header.files.map(([path, size, executable]) => {
    const bytes = all.subarray(at, at + size);
    at += size;
    return { path, bytes, executable: executable === 1 };
  });
  const links = header.links.map(([path, target]) => ({ path, target }));
  const { code, entries, onWorker } = header;
  return { code, files: { files, links, entries, onWorker } };
}
