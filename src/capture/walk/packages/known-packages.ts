import type { WalkOptions } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import type { PackagePath } from "../../identity/packages.js";
import { requiredPathOf } from "../../identity/required.js";
import { isObject } from "../../is-object.js";
import type { PackagedEntry } from "../../payload/entry.js";
import type { PackageEntry } from "../../payload/payload.js";

/** What a capture knows to be a package's, and the payload's table of the packages that it refers to. */
export class KnownPackages {
  readonly table: PackageEntry[] = [];
  /** Objects that import declarations named. Only for this capture: a package may export another object later. */
  private readonly imported = new Map<unknown, PackagePath>();

  constructor(private readonly options: Pick<WalkOptions, "importer" | "travel">) {}

  isImported(value: unknown): boolean {
    return this.imported.has(value);
  }

  rememberImport(value: unknown, path: PackagePath): void {
    if (isObject(value) || isUnregistered(value)) this.imported.set(value, path);
  }

  importedPath(value: object | symbol): PackagePath | undefined {
    return this.imported.get(value);
  }

  /** The way to what some package exports that `require()` has loaded. */
  requiredPath(value: object | symbol): PackagePath | undefined {
    const { importer, travel } = this.options;
    return requiredPathOf(value, importer, (file) => travel.isByValue(file));
  }

  entryOf({ specifier, importer, via, path }: PackagePath): PackagedEntry<HostNode> {
    const isSame = (one: PackageEntry) => one.specifier === specifier && one.importer === importer && one.via === via;
    let index = this.table.findIndex(isSame);
    if (index < 0) index = this.table.push({ specifier, importer, via }) - 1;
    return { kind: "package", package: index, path };
  }
}

function isUnregistered(value: unknown): value is symbol {
  return typeof value === "symbol" && Symbol.keyFor(value) === undefined;
}
