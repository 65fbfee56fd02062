import { installedFolder } from "../identity/packages.js";
import { isFile } from "../identity/specifiers.js";
import type { CapturedPackage } from "../payload/payload.js";
import { AskedPackages } from "./asked-packages.js";
import { packageFolderOf } from "./package-folder.js";

/** Folder of the package that a worker loads something of. */
export function folderOfEntry({ specifier, importer }: CapturedPackage): string | undefined {
  const own = isFile(specifier)
    ? (packageFolderOf(specifier) ?? packageFolderOf(importer))
    : packageFolderOf(specifier);
  return own ?? installedFolder(specifier, importer);
}

/** Folders of all packages that a worker loads, by themselves or through others. */
export function foldersLoadedBy(entries: readonly CapturedPackage[]): string[] {
  const folders = new Set(entries.flatMap((entry) => folderOfEntry(entry) ?? []));
  const asked = new AskedPackages();
  return [...new Set([...folders].flatMap((folder) => [...asked.allOf(folder)]))];
}
