import { CaptureError } from "../../errors.js";
import type { WalkContext } from "../graph/context.js";
import { installedFolder } from "../identity/packages.js";
import type { CapturedPackage } from "../payload/payload.js";

/** Code that loads a package by its name gets a fresh copy of it on a worker, beside the one that travels by value. */
export function refuseLoaded({ options }: WalkContext, entries: readonly CapturedPackage[]): void {
  const { travel } = options;
  const twice = entries.find(({ specifier, importer, optional }) => {
    const folder = optional ? installedFolder(specifier, importer) : undefined;
    return folder !== undefined && travel.isFolderByValue(folder);
  });
  if (!twice) return;
  const { specifier, via } = twice;
  throw new CaptureError({
    path: `${via}("${specifier}")`,
    reason: `the package ${specifier} travels by value, and this would load another copy of it on the worker`,
    hint: "Import it at the top of your file, and use that.",
    ...options.describe(),
  });
}
