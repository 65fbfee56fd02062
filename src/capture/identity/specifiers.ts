import { builtinName } from "./packages.js";

/** Whether a specifier leads to a file: by its path, by a URL, or by the `imports` of the importer's own package. */
export function isFile(specifier: string): boolean {
  return /^(\.|\/|#|file:)/.test(specifier);
}

/** Whether a specifier leads to files that a worker may lack. */
export function isPackage(specifier: string): boolean {
  return builtinName(specifier) === undefined && (specifier.startsWith("file:") || !isOther(specifier));
}

function isOther(specifier: string): boolean {
  return isFile(specifier) || /^[a-z][a-z+.-]+:/i.test(specifier);
}
