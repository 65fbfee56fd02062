import { installedFolder, type PackagePath } from "../identity/packages.js";
import { AskedPackages } from "./asked-packages.js";
import { packageFolderOf } from "./package-folder.js";

/** Which packages travel by value, as the user's own modules do; all others travel by reference. */
export interface TravelPolicy {
  /** Whether the package that a script or file belongs to travels by value. */
  isByValue(url: string): boolean;
  /** The same of a package's folder. */
  isFolderByValue(folder: string): boolean;
  /** The way to an object that a package which travels by reference holds and exports; see `exported-objects.ts`. */
  exportedAt(value: object): PackagePath | undefined;
}

/**
 * A package travels by value if it was chosen, or if it needs one that was: loaded on a worker, it would bring another copy
 * of what it needs.
 */
export class ByValue implements TravelPolicy {
  private readonly verdicts = new Map<string, boolean>();
  private readonly asked = new AskedPackages();

  /** `spend` is called whenever code of a package turns out to travel by value, and may end the walk. */
  constructor(
    readonly chosen: ReadonlySet<string> = new Set(),
    private readonly spend: () => void = () => undefined,
    private readonly exported: ReadonlyMap<object, PackagePath> = new Map(),
  ) {}

  exportedAt(value: object): PackagePath | undefined {
    const found = this.exported.get(value);
    const folder = found && (packageFolderOf(found.specifier) ?? installedFolder(found.specifier, found.importer));
    return folder !== undefined && this.isFolderByValue(folder) ? undefined : found;
  }

  isByValue(url: string): boolean {
    if (this.chosen.size === 0) return false;
    const folder = packageFolderOf(url);
    const verdict = folder !== undefined && this.isFolderByValue(folder);
    if (verdict) this.spend();
    return verdict;
  }

  isFolderByValue(folder: string): boolean {
    if (this.chosen.size === 0) return false;
    const known = this.verdicts.get(folder);
    if (known !== undefined) return known;
    const verdict = [...this.asked.allOf(folder)].some((one) => this.chosen.has(one));
    this.verdicts.set(folder, verdict);
    return verdict;
  }
}

/** Whether a specifier leads to an installed package, and that travels by reference. */
export function isByReference(specifier: string, importer: string, travel: TravelPolicy): boolean {
  const folder = installedFolder(specifier, importer);
  return folder !== undefined && !travel.isFolderByValue(folder);
}
