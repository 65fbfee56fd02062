import { pathToFileURL } from "node:url";
import { ownRequire } from "../../util/own-file.js";
import type { FunctionInfo } from "../graph/node.js";
import { exportsOf } from "../identity/exported.js";
import { isLoaded, isLoadedAsModule } from "../inspect/scripts.js";
import type { CapturedPackage } from "../payload/payload.js";
import { AskedPackages } from "./asked-packages.js";
import { type Difference, firstDifference } from "./compare-states.js";
import { type FreshFile, freshCopy, rootsOf } from "./fresh-copy.js";
import { addedGlobals, globalRoots } from "./global-roots.js";
import { folderOfEntry } from "./loaded-folders.js";
import type { Look } from "./look.js";
import { globalsNamedIn } from "./names-global.js";
import { type Suspect, suspects } from "./program-statements.js";
import { isRunByFunction } from "./run-by-function.js";
import { stateGraph } from "./state-graph.js";

/** A package that is not as a worker would load it. */
export interface ChangedPackage {
  folder: string;
  /** The statement of the program that changed it, as far as its text tells. */
  suspect: Suspect;
  difference: Difference | undefined;
  /** Why it could not be compared. */
  failed?: string;
}

/**
 * The packages among those that a worker would load whose state this program has changed. The texts of the program's own
 * modules say where to look; a fresh copy says whether there is a difference.
 */
export function changedPackages(
  entries: readonly CapturedPackage[],
  shipped: FunctionInfo | undefined,
  look: Look,
): ChangedPackage[] {
  if (entries.length === 0) return [];
  const found = suspects().filter((one) => !isRunByFunction(one, shipped));
  if (found.length === 0) return [];
  const loaded = new LoadedPackages(entries);
  const targets = new Map<string, Suspect>();
  for (const suspect of found)
    for (const folder of loaded.targetsOf(suspect)) {
      const known = targets.get(folder);
      if (!known || (suspect.statement.isSure && !known.statement.isSure)) targets.set(folder, suspect);
    }
  return [...targets].flatMap(([folder, suspect]) => compare(folder, suspect, loaded, look) ?? []);
}

/** The packages of a capture, and those that they need. */
class LoadedPackages {
  private readonly entries = new Map<string, CapturedPackage[]>();
  private readonly needs = new Map<string, ReadonlySet<string>>();
  private readonly asked = new AskedPackages();

  constructor(entries: readonly CapturedPackage[]) {
    for (const entry of entries) {
      const folder = folderOfEntry(entry);
      if (folder !== undefined) this.entries.set(folder, [...(this.entries.get(folder) ?? []), entry]);
    }
  }

  /** The packages whose state a statement may have changed: those it names, and those that these are made for. */
  targetsOf({ folders, statement }: Suspect): string[] {
    const captured = [...this.entries.keys()];
    if (folders.length === 0) return captured;
    return folders.flatMap((folder) => {
      const used = captured.some((one) => this.neededBy(one).has(folder)) ? [folder] : [];
      return statement.isSure ? [...used, ...this.asked.of(folder).filter((one) => this.entries.has(one))] : used;
    });
  }

  /** What a worker loads of a package, by itself or through others. */
  entriesWith(folder: string): CapturedPackage[] {
    return [...this.entries].flatMap(([one, entries]) => (this.neededBy(one).has(folder) ? entries : []));
  }

  /** The package itself and all that it needs. */
  private neededBy(folder: string): ReadonlySet<string> {
    const known = this.needs.get(folder);
    if (known) return known;
    const needed = this.asked.allOf(folder);
    this.needs.set(folder, needed);
    return needed;
  }
}

function compare(folder: string, suspect: Suspect, loaded: LoadedPackages, look: Look): ChangedPackage | undefined {
  const entries = loaded.entriesWith(folder).map(({ specifier, importer, via }) => ({ specifier, importer, via }));
  const globals = globalsNamedIn(folder, addedGlobals());
  const fresh = freshCopy({ entries, folder, globals });
  if ("failed" in fresh) return { folder, suspect, difference: undefined, failed: fresh.failed };
  const inGlobals = firstDifference(stateGraph(globalRoots(globals)), fresh.graph);
  if (inGlobals) return { folder, suspect, difference: inGlobals };
  const roots = fresh.files.flatMap((one) => rootsOf(one, folder, exportsHere(one)));
  const isRewritten = fresh.files.some(isLoadedOtherwise);
  const difference =
    firstDifference(stateGraph(roots), fresh.graph, isRewritten) ??
    // Variables change by mere use, too.
    (suspect.statement.isSure
      ? firstDifference(stateGraph(roots, { folder, look }), fresh.graph, isRewritten)
      : undefined);
  return difference && { folder, suspect, difference };
}

const { cache } = ownRequire;

/** What a module of a package exports here, if it is loaded; nothing is loaded for that. */
function exportsHere(one: FreshFile): unknown {
  if (!one.isModule || isLoadedOtherwise(one)) return cache[one.file]?.exports;
  return isLoaded(pathToFileURL(one.file).href) ? exportsOf(one.file) : undefined;
}

/** Whether an ES module is here as CommonJS, which loaders such as tsx make of it: then texts of functions differ. */
function isLoadedOtherwise({ file, isModule }: FreshFile): boolean {
  return isModule && cache[file] !== undefined && !isLoadedAsModule(pathToFileURL(file).href);
}
