import { readFileSync } from "node:fs";
import path from "node:path";

/** By the package's folder. Node.js reads a manifest once in a process, too. */
const known = new Map<string, readonly string[]>();

/** Files that a package's manifest names for its bare name, under whatever condition. */
export function mainFilesOf(folder: string): readonly string[] {
  const found = known.get(folder) ?? targetsOf(mainExport(folder)).map((target) => path.join(folder, target));
  known.set(folder, found);
  return found;
}

function mainExport(folder: string): unknown {
  try {
    const { exports } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return exports?.["."] ?? exports;
  } catch {
    return undefined;
  }
}

/** Of conditions within conditions, and lists of alternatives. Other names of the package begin with a dot. */
function targetsOf(target: unknown): string[] {
  if (typeof target === "string") return [target];
  if (typeof target !== "object" || target === null) return [];
  return Object.entries(target).flatMap(([key, inner]) => (key.startsWith("./") ? [] : targetsOf(inner)));
}
