import { types } from "node:util";
import type { WalkOptions } from "../../graph/context.js";
import { importerOf, type PackagePath, packageOfFile, packagePathOf } from "../../identity/packages.js";
import { lookAtFunction } from "../../inspect/look.js";
import { scriptOf } from "../../inspect/scripts.js";
import { ownProperty } from "../../own-property.js";
import type { Callable } from "../../types.js";
import type { ImportRoots } from "./import-roots.js";

/** The export of a package that an object is whose methods are a package's: such as a prototype without `constructor`. */
export function packagedObject(
  value: object,
  roots: ImportRoots,
  { importer, travel }: Pick<WalkOptions, "importer" | "travel">,
): PackagePath | undefined {
  const method = methodOf(value);
  const { location } = method ? lookAtFunction(method) : {};
  const script = location && scriptOf(location.scriptId);
  if (!script || !packageOfFile(script.url) || travel.isByValue(script.url)) return undefined;
  return roots.pathTo(value) ?? packagePathOf(value, script.url, script.isModule, importerOf(importer));
}

/** The first function among an object's members. */
export function methodOf(value: object): Callable | undefined {
  for (const key of Reflect.ownKeys(value)) {
    // Looking at an error's stack may have it written.
    if (key === "stack") continue;
    const own = ownProperty(value, key);
    const code = own?.get ?? own?.value;
    if (key !== "constructor" && typeof code === "function" && !types.isProxy(code)) return code;
  }
  return undefined;
}
