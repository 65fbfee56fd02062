/** Makes of packages what travels: looks what they need, and lets each have its form. */
import type { Packages } from "../wire/packages.js";
import type { Entry } from "./entries.js";
import { packFiles, type WorkerPlace } from "./pack-files.js";
import { packageNameOf, unbundled } from "./refusals.js";
import { type Reached, runEsbuild } from "./run.js";
import { type Split, split } from "./split.js";

/** How a package travels to workers elsewhere. */
export interface PackageForm {
  name: string;
  form: "bundled" | "files";
  /** Why as files, as the end of a sentence that names a file of it; empty where another package is the reason. */
  reason: string;
}

export interface PackedPackages extends Packages {
  forms: PackageForm[];
  /** Packages as files with what they take unpacked, bytes, the largest first. */
  sizes: [name: string, bytes: number][];
  /** All that it was made of, by absolute paths. */
  watched: string[];
  /** The user's own modules that seem to open files beside themselves. */
  opening: string[];
}

export async function pack(
  entries: readonly Entry[],
  onWorker: readonly string[],
  worker: WorkerPlace,
): Promise<PackedPackages> {
  const reached = await runEsbuild(entries, onWorker);
  const { parts, code } = await bundled(reached, onWorker);
  const { asFiles } = parts;
  const packed = asFiles.length > 0 ? await packFiles(asFiles, reached, onWorker, worker) : undefined;
  return {
    code,
    files: packed?.files,
    forms: formsOf(parts, reached),
    sizes: packed?.sizes ?? [],
    watched: [...new Set([...reached.modules.keys(), ...(packed?.watched ?? [])])],
    opening: packed?.opening ?? [],
  };
}

/** The code of what is not sent as files. That there is one may show only when it is made: then it says why not. */
async function bundled(reached: Reached, onWorker: readonly string[]): Promise<{ parts: Split; code: string }> {
  let parts = split(reached);
  let code = parts.asFiles.length === 0 ? reached.code : undefined;
  while (parts.bundled.length > 0 && code === undefined) {
    const again = await runEsbuild(parts.bundled, onWorker);
    code = again.code;
    if (code !== undefined) break;
    for (const [file, module] of again.modules) reached.modules.set(file, module);
    const before = parts.bundled.length;
    parts = split(reached);
    if (parts.bundled.length === before)
      throw unbundled(
        [...new Set(parts.bundled.map((one) => one.specifier))],
        "some module of it awaits at its top level",
        undefined,
      );
  }
  return { parts, code: parts.bundled.length > 0 ? (code ?? "") : "" };
}

/** By the name that the user's code names, in the order of the names. */
function formsOf({ bundled, asFiles, reasons }: Split, { entries }: Reached): PackageForm[] {
  const forms = new Map<string, PackageForm>();
  const add = (form: PackageForm["form"]) => (entry: Entry) => {
    const name = packageNameOf(entry.specifier) ?? packageNameOf(entries.get(entry) ?? "") ?? entry.specifier;
    const found = form === "files" ? reasons.get(name) : undefined;
    forms.set(name, { name, form, reason: found ? `${found.file} ${found.reason}` : "" });
  };
  bundled.forEach(add("bundled"));
  asFiles.forEach(add("files"));
  return [...forms.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
