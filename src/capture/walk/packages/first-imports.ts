import type { WithPolicy } from "../../graph/context.js";
import { importerOf, installedPackage, packageOfFile } from "../../identity/packages.js";
import { sourceOf } from "../../inspect/scripts.js";
import { isByReference } from "../../packages/travel-policy.js";
import type { PackageEntry } from "../../payload/payload.js";
import { parsedScript } from "../../source/script.js";

/** Reading the whole of a script takes long, and most have nothing of the kind. */
const MAY_LOAD = /(^|[;}\n])\s*(import\s*["']|require\()/;

/**
 * Packages that the user's modules load for what loading does alone, as in `import "reflect-metadata"`. A worker loads them
 * before all else, where the code of such a module travels. What loading did to a package that travels by value has come with it.
 */
export function firstImports({ nodes, options: { travel } }: Pick<WithPolicy, "nodes" | "options">): PackageEntry[] {
  const found = new Map<string, PackageEntry>();
  const scripts = new Set(nodes.flatMap(({ fn }) => fn?.script ?? []));
  for (const { scriptId, url } of scripts) {
    if (packageOfFile(url) || !MAY_LOAD.test(sourceOf(scriptId))) continue;
    const importer = importerOf(url);
    for (const { specifier, via } of parsedScript(scriptId)?.effects ?? []) {
      const entry = { specifier, importer, via };
      if (installedPackage(specifier, importer) && isByReference(specifier, importer, travel))
        found.set(JSON.stringify(entry), entry);
    }
  }
  return [...found.values()];
}
