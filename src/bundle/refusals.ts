/** What cannot be bundled, and what to do about it. */
import path from "node:path";
import { CaptureError, InvokeError } from "../errors.js";

const ON_WORKER = "put it into a layer of the worker and name it in the option packagesOnWorker";

/** Name of the package that a file or specifier belongs to; undefined for the user's own files. */
export function packageNameOf(name: string): string | undefined {
  const inside = /.*[\\/]node_modules[\\/](.*)$/s.exec(name)?.[1] ?? name;
  if (path.isAbsolute(inside) || /^(\.|file:)/.test(inside)) return undefined;
  return /^(@[^\\/]+[\\/])?[^\\/]+/.exec(inside)?.[0].replace("\\", "/");
}

export function missingPackage(specifier: string, importer: string): CaptureError {
  return new CaptureError({
    path: specifier,
    reason: `the package is loaded here, but is not found from ${importer}, and so cannot be bundled for the worker`,
    cure: `Install it there, or ${ON_WORKER}.`,
  });
}

export function nativeAddon(file: string): CaptureError {
  const name = packageNameOf(file) ?? file;
  return new CaptureError({
    path: name,
    reason: `it holds the native addon ${path.basename(file)}, which is built for one system and cannot be bundled`,
    cure: `Build it for the worker's system, ${ON_WORKER}.`,
  });
}

export function unbundled(specifiers: readonly string[], reason: string, cause: unknown): CaptureError {
  const fields = {
    path: specifiers.join(", "),
    reason: `bundling it for the worker failed: ${reason}`,
    cure: `Mend that, or ${ON_WORKER}.`,
  };
  return new CaptureError(fields, { cause });
}

export function noBundler(specifiers: readonly string[], cause: unknown): InvokeError {
  const names = specifiers.join(", ");
  return new InvokeError(
    `The function uses packages (${names}), which esbuild bundles for workers elsewhere, and esbuild is not installed: npm install esbuild`,
    { cause },
  );
}
