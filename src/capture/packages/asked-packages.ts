import { fileURLToPath } from "node:url";
import { ownRequire } from "../../util/own-file.js";
import { RecentMap } from "../../util/recent-map.js";
import { liveScripts, type Script, sourceOf } from "../inspect/scripts.js";
import { dependenciesOf, folderOfName, packageFolderOf } from "./package-folder.js";

/**
 * Which packages each package asks for: those that its manifest names, and those that its loaded modules import all the
 * same, which are there because others need them, or a workspace puts them there.
 */
export class AskedPackages {
  private readonly known = new Map<string, readonly string[]>();
  private scripts: ReadonlyMap<string, readonly Script[]> | undefined;

  /** Their folders. */
  of(folder: string): readonly string[] {
    const known = this.known.get(folder);
    if (known) return known;
    const found = [...new Set([...dependenciesOf(folder), ...this.loadedBy(folder)])];
    this.known.set(folder, found);
    return found;
  }

  /** A package and all that it leads to. Packages may need each other in a circle. */
  allOf(folder: string): ReadonlySet<string> {
    const all = new Set([folder]);
    for (const one of all) for (const next of this.of(one)) all.add(next);
    return all;
  }

  private loadedBy(folder: string): string[] {
    this.scripts ??= scriptsByFolder();
    const found = (this.scripts.get(folder) ?? []).flatMap((script) =>
      script.isModule ? importedBy(script, folder) : requiredBy(script),
    );
    return [...new Set(found)].filter((one) => one !== folder);
  }
}

function scriptsByFolder(): ReadonlyMap<string, readonly Script[]> {
  const found = new Map<string, Script[]>();
  for (const script of liveScripts()) {
    const folder = packageFolderOf(script.url);
    const known = folder === undefined ? undefined : found.get(folder);
    if (known) known.push(script);
    else if (folder !== undefined) found.set(folder, [script]);
  }
  return found;
}

const { cache } = ownRequire;

/** Node lists what a CommonJS module has required. */
function requiredBy({ url }: Script): string[] {
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  return (cache[file]?.children ?? []).flatMap(({ filename }) => packageFolderOf(filename) ?? []);
}

/** Names of packages where code imports or requires them; to parse all modules of all packages would take too long. */
const ASKED = /\b(?:from|import|require)\s*\(?\s*(["'])((?:@[\w.~-]+\/)?[\w~-][\w.~-]*)(?:\/[^"'\n]*)?\1/g;

/** By script, whose text never changes. */
const named = new RecentMap<string, readonly string[]>(2_000);

function importedBy({ scriptId }: Script, folder: string): string[] {
  const names = named.getOrMake(scriptId, () => namesIn(sourceOf(scriptId)));
  return names.flatMap((name) => folderOfName(name, folder) ?? []);
}

function namesIn(source: string): string[] {
  return [...new Set([...source.matchAll(ASKED)].map(([, , name]) => name as string))];
}
