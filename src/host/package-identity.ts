/** What stands for code that workers load by themselves: two that are the same give the same results. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { fileOf } from "../capture/identity/packages.js";
import { folderOfName, manifestOf, packageFolderOf } from "../capture/packages/package-folder.js";
import type { PackageEntry } from "../capture/payload/payload.js";
import { digestOf } from "../wire/digest.js";

/** Of a package, its name and version, and which module of it; of the user's own files, their texts. */
export function identityOf({ specifier, importer, via }: PackageEntry): string {
  const isPath = specifier.startsWith("file:") || path.isAbsolute(specifier);
  return `${via} ${isPath ? identityOfFile(fileOf(specifier)) : identityOfName(specifier, importer)}`;
}

function identityOfName(specifier: string, importer: string): string {
  const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  const folder = folderOfName(name, path.dirname(fileOf(importer)));
  if (folder !== undefined && isInstalled(folder)) return `${specifier} ${versionOf(folder)}`;
  const file = resolved(specifier, importer);
  return file === undefined ? specifier : identityOfFile(file);
}

/** Not a folder of the user's own that is linked there. */
function isInstalled(folder: string): boolean {
  return packageFolderOf(folder + path.sep) === folder;
}

function versionOf(folder: string): string {
  return String(manifestOf(folder).version);
}

function resolved(specifier: string, importer: string): string | undefined {
  try {
    return createRequire(fileOf(importer)).resolve(specifier);
  } catch {
    return undefined;
  }
}

function identityOfFile(file: string): string {
  const folder = packageFolderOf(file);
  if (folder !== undefined) return `${manifestOf(folder).name} ${versionOf(folder)} ${path.relative(folder, file)}`;
  const texts = textsFrom(file);
  return digestOf(Buffer.from([...texts].sort().join("\0")));
}

/** What imports and requires name, as texts beginning with a dot; in comments, too, where it does no harm. */
const RELATIVE = /\b(?:from|import|require)\s*\(?\s*["'](\.[^"'\n]*)["']/g;

/** The texts of a file of the user's, and of all that it loads by relative names. */
function textsFrom(first: string): Set<string> {
  const files = new Set([first]);
  const texts = new Set<string>();
  for (const file of files) {
    const text = read(file);
    if (text === undefined) continue;
    texts.add(text);
    for (const [, name] of text.matchAll(RELATIVE)) files.add(resolved(name as string, file) ?? "");
  }
  return texts;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file.startsWith("file:") ? fileURLToPath(file) : file, "utf8");
  } catch {
    return undefined;
  }
}
