/** Which packages travel as one file of code, and which as the files that they are. */
import path from "node:path";
import type { Entry } from "./entries.js";
import { gather } from "./gather.js";
import { folderOfPackage } from "./installed.js";
import { packageNameOf } from "./refusals.js";
import type { Reached } from "./run.js";

export interface Split {
  bundled: Entry[];
  asFiles: Entry[];
  /** Why, by the packages' names or the user's own files: the file, and the end of a sentence that names it. */
  reasons: Map<string, { file: string; reason: string }>;
}

/**
 * An entry travels as files when a module that it leads to works in its own place alone. So does every other one that has
 * a package in common with it, for which there would be two copies otherwise.
 */
export function split(reached: Reached): Split {
  const entries = [...reached.entries.keys()];
  const parts = new Map(entries.map((entry) => [entry, partsOf(entry, reached)]));
  const reasons: Split["reasons"] = new Map();
  let asFiles = entries.filter((entry) => addReasons(entry, reached, reasons));
  for (;;) {
    const folders = gather(asFiles, reached).packages;
    const taken = new Set([...folders.keys(), ...asFiles.flatMap((entry) => [...(parts.get(entry) ?? [])])]);
    const sharing = entries.filter(
      (entry) => asFiles.includes(entry) || [...(parts.get(entry) ?? [])].some((part) => taken.has(part)),
    );
    if (sharing.length === asFiles.length) break;
    asFiles = sharing;
  }
  return { bundled: entries.filter((entry) => !asFiles.includes(entry)), asFiles, reasons };
}

function filesOf(entry: Entry, { entries, modules }: Reached): Set<string> {
  const files = new Set<string>();
  const pending = [entries.get(entry)];
  while (pending.length > 0) {
    const file = pending.pop();
    if (file === undefined || files.has(file)) continue;
    files.add(file);
    pending.push(...(modules.get(file)?.imports ?? []).map((one) => one.file));
  }
  return files;
}

/** Folders of packages, and the user's own files. */
function partsOf(entry: Entry, reached: Reached): Set<string> {
  return new Set(Array.from(filesOf(entry, reached), (file) => folderOfPackage(file) ?? file));
}

/** Whether there are any. */
function addReasons(entry: Entry, reached: Reached, reasons: Split["reasons"]): boolean {
  let isAny = false;
  for (const file of filesOf(entry, reached)) {
    const reason = reached.modules.get(file)?.reason;
    if (reason === undefined) continue;
    isAny = true;
    const name = packageNameOf(file) ?? path.basename(file);
    if (!reasons.has(name)) reasons.set(name, { file, reason });
  }
  return isAny;
}
