/** How host and worker name the packages that a function uses, and what such packages are as bytes. */
import { StoreError } from "../errors.js";
import { decodeFiles, encodeFiles, type PackageFiles } from "./package-files.js";

export interface PackageUse {
  /** As the importer names it: a package, or one of its files by URL or path. */
  specifier: string;
  /** File, by URL or path, whose place decides which version is meant. */
  importer: string;
  via: "import" | "require";
}

/**
 * The name of a package's entry. Folders above `root` are left out, so that the same project gives the same bytes wherever
 * it lies.
 */
export function packageKey({ specifier, importer, via }: PackageUse, root: string): string {
  if (isAbsolute(specifier)) return `${via} ${below(root, specifier)}`;
  return `${via} ${specifier} from ${below(root, importer)}`;
}

/** Whether a specifier names a file by its URL or its whole path. */
export function isAbsolute(specifier: string): boolean {
  return /^(file:|\/|[a-z]:[\\/])/i.test(specifier);
}

function below(root: string, file: string): string {
  const path = slashed(file);
  return path.startsWith(root) ? path.slice(root.length) : path;
}

/** The path of a file URL or path with forward slashes, on whatever system it was written down. */
export function slashed(file: string): string {
  const path = /^file:/i.test(file) ? decodeURIComponent(new URL(file).pathname) : file.replaceAll("\\", "/");
  return path.replace(/^\/(?=[a-z]:\/)/i, "");
}

/** What a worker gets of the packages: a bundle, files, or some of them as the one and the others as the other. */
export interface Packages {
  /** CommonJS that exports `entries`: a function for each package key. Empty when nothing is bundled. */
  code: string;
  files: PackageFiles | undefined;
}

/** First lines of the two forms. */
const BUNDLE = "//cjs\n";
const FILES = "//files\n";

/** A bundle alone is its code behind a first line. */
export async function encodePackages({ code, files }: Packages): Promise<Uint8Array> {
  if (!files) return Buffer.from(BUNDLE + code);
  return Buffer.concat([Buffer.from(FILES), await encodeFiles(code, files)]);
}

/** Throws `StoreError` for bytes of another form than this release writes. */
export async function decodePackages(bytes: Uint8Array, key: string): Promise<Packages> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (line: string) => buffer.subarray(0, line.length).toString() === line;
  if (starts(BUNDLE)) return { code: buffer.toString(), files: undefined };
  if (starts(FILES)) return decodeFiles(buffer.subarray(FILES.length));
  throw new StoreError(`${key} holds no packages that this release reads. Run client and workers with one release.`, {
    key,
  });
}
