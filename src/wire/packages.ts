/** How host and worker name the packages in a bundle, and what the bundle is as bytes. */
import { StoreError } from "../errors.js";

export interface PackageUse {
  /** As the importer names it: a package, or one of its files by URL or path. */
  specifier: string;
  /** File, by URL or path, whose place decides which version is meant. */
  importer: string;
  via: "import" | "require";
}

/**
 * The name of a package's entry in a bundle. Folders above `root` are left out, so that the same project gives the same
 * bundle wherever it lies.
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

/** `esm` only where a package awaits at its top level. */
export type BundleFormat = "cjs" | "esm";

/** The bundle's code behind a first line that tells its format. It exports `entries`: a function for each package key. */
export function encodeBundle(format: BundleFormat, code: string): Uint8Array {
  return Buffer.from(`//${format}\n${code}`);
}

export function decodeBundle(bytes: Uint8Array, key: string): { format: BundleFormat; code: string } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const format = /^\/\/(cjs|esm)\n/.exec(text)?.[1] as BundleFormat | undefined;
  if (!format)
    throw new StoreError(`${key} is no bundle of packages. Run client and workers with one release.`, { key });
  return { format, code: text };
}
