/** The files below a folder as a list of keys, in the order of the keys' UTF-8 bytes. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { compareKeys } from "../keys.js";
import type { StoreEntry } from "../store.js";
import { codeOf } from "./io.js";

interface Place {
  /** Key of a file, or beginning of the keys of a folder with its closing slash: so both sort as whole keys do. */
  key: string;
  isFolder: boolean;
}

/** Keys that start with `prefix` and come after `startAfter`; the folder `hidden` of the top level is left out. */
export function* listFiles(root: string, prefix: string, startAfter: string, hidden: string): Generator<StoreEntry> {
  const start = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  if (start.startsWith(`${hidden}/`)) return;
  // Reversed, so that the next place in order can be popped from the end.
  const places = placesIn(root, start, hidden).reverse();
  for (let place = places.pop(); place; place = places.pop()) {
    if (!mayMatch(place, prefix, startAfter)) continue;
    if (place.isFolder) places.push(...placesIn(root, place.key, hidden).reverse());
    else yield* entryOf(root, place.key);
  }
}

function mayMatch({ key, isFolder }: Place, prefix: string, startAfter: string): boolean {
  const matches = key.startsWith(prefix) || (isFolder && prefix.startsWith(key));
  const comesAfter = compareKeys(key, startAfter) > 0 || (isFolder && startAfter.startsWith(key));
  return matches && comesAfter;
}

function placesIn(root: string, start: string, hidden: string): Place[] {
  return readFolder(join(root, start))
    .filter((entry) => entry.isFile() || (entry.isDirectory() && !(start === "" && entry.name === hidden)))
    .map((entry) => ({ key: start + entry.name + (entry.isDirectory() ? "/" : ""), isFolder: entry.isDirectory() }))
    .sort((a, b) => compareKeys(a.key, b.key));
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** Nothing when the file was deleted since its folder was read. */
function* entryOf(root: string, key: string): Generator<StoreEntry> {
  const status = statSync(join(root, key), { throwIfNoEntry: false });
  if (status) yield { key, bytes: status.size };
}
