import { createRequire } from "node:module";
import { ownRequire } from "../../../util/own-file.js";
import { fileOf, packageOfFile } from "../../identity/packages.js";
import { ownProperty } from "../../own-property.js";
import type { TravelPolicy } from "../../packages/travel-policy.js";

const { cache } = ownRequire;

/**
 * What `require` gives code in a file, where that is loaded and travels by value: modules of the program's own, and those of
 * packages that do. Undefined for all else. Nothing is loaded for that.
 */
export function loadedModule(
  specifier: string,
  importer: string,
  travel: TravelPolicy,
): { exports: unknown } | undefined {
  const file = resolved(specifier, importer);
  const found = file === undefined ? undefined : cache[file];
  if (file === undefined || !found?.loaded || (packageOfFile(file) !== undefined && !travel.isByValue(file)))
    return undefined;
  const own = ownProperty(found, "exports");
  return own && "value" in own ? { exports: own.value } : undefined;
}

function resolved(specifier: string, importer: string): string | undefined {
  if (specifier.startsWith("node:") || importer === "") return undefined;
  try {
    return createRequire(fileOf(importer)).resolve(specifier);
  } catch {
    return undefined;
  }
}
