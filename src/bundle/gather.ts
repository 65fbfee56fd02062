/** Gathers what must travel so that packages work as files: which packages, how much of each, and what links them. */
import path from "node:path";
import { type Entry, folderOf } from "./entries.js";
import { type Found, folderOfPackage, lookUp, type Manifest, manifestOf, nameIn } from "./installed.js";
import { packageNameOf } from "./refusals.js";
import type { Reached } from "./run.js";

export interface GatheredPackage {
  folder: string;
  manifest: Manifest;
  /** Whether it may load any of its files, so that all of them travel; else code does as far as it was reached. */
  whole: boolean;
  /** Whether some package can do without it, as its manifest says, and none needs it. */
  optional: boolean;
  /** The package that asked for it first; undefined for one of the user's own entries. */
  by: GatheredPackage | undefined;
}

export interface Gathered {
  /** By their folders. */
  packages: Map<string, GatheredPackage>;
  /** Files that code reaches, the user's own among them. */
  reached: Set<string>;
  /** What paths lead to that are links: both absolute. */
  links: Map<string, string>;
}

/** Tools that packages with addons name as dependencies, for the time of their installation alone. */
const FOR_INSTALLATION = new Set(["node-gyp", "prebuild-install", "node-addon-api", "nan"]);

/**
 * What the entries need as files. Packages are taken by what esbuild saw; of a package that loads more than can be seen,
 * by its manifest, too.
 */
export function gather(entries: Iterable<Entry>, reached: Reached): Gathered {
  return new Gathering(reached).run(entries);
}

class Gathering {
  readonly #modules: Reached["modules"];
  readonly #entries: Reached["entries"];
  readonly #gathered: Gathered = { packages: new Map(), reached: new Set(), links: new Map() };

  constructor({ modules, entries }: Reached) {
    this.#modules = modules;
    this.#entries = entries;
  }

  run(entries: Iterable<Entry>): Gathered {
    for (const entry of entries) {
      const name = nameIn(entry.specifier);
      const found = name === undefined ? undefined : lookUp(name, folderOf(entry));
      if (found) this.#link(found);
      this.#reach(this.#entries.get(entry) as string);
    }
    for (const one of this.#gathered.packages.values()) if (one.whole) this.#takeDependencies(one);
    return this.#gathered;
  }

  /** All that the code of a file leads to. */
  #reach(start: string): void {
    const pending: Pending[] = [{ file: start, by: undefined, optional: false }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { file } = next;
      const module = this.#modules.get(file);
      if (!module || this.#gathered.reached.has(file)) continue;
      this.#gathered.reached.add(file);
      const folder = this.#folderOf(file);
      const { by, optional } = next;
      const owner = folder === undefined ? by : this.#add(folder, { by, optional, whole: module.reason !== undefined });
      for (const { file: to, specifier } of module.imports) {
        if (to === undefined) continue;
        const name = nameOf(specifier, to);
        const found = name === undefined ? undefined : lookUp(name, path.dirname(file));
        if (found) this.#link(found);
        const isOptional = name !== undefined && owner !== undefined && doesWithout(owner.manifest, name);
        pending.push({ file: to, by: owner, optional: isOptional });
      }
    }
  }

  /** A folder that a link leads to counts as a package wherever it lies. */
  #folderOf(file: string): string | undefined {
    const folder = folderOfPackage(file);
    if (folder !== undefined) return folder;
    return [...this.#gathered.links.values()].find((target) => file.startsWith(target + path.sep));
  }

  #link({ place, folder }: Found): void {
    if (place !== folder) this.#gathered.links.set(place, folder);
  }

  #add(folder: string, { by, whole, optional }: Pick<GatheredPackage, "by" | "whole" | "optional">): GatheredPackage {
    const known = this.#gathered.packages.get(folder);
    if (known) {
      known.whole ||= whole;
      // Whoever is asked for within itself is not needed the more for it.
      if (by !== known) known.optional &&= optional;
      return known;
    }
    const added = { folder, manifest: manifestOf(folder), whole, optional, by };
    this.#gathered.packages.set(folder, added);
    return added;
  }

  #takeDependencies(one: GatheredPackage): void {
    for (const [name, optional] of dependenciesOf(one.manifest)) {
      const found = lookUp(name, one.folder);
      if (!found) continue;
      this.#link(found);
      const isReached = this.#gathered.packages.has(found.folder);
      this.#add(found.folder, { by: one, whole: !isReached, optional });
    }
  }
}

interface Pending {
  file: string;
  by: GatheredPackage | undefined;
  optional: boolean;
}

/** The name by which another package is found: for one behind an import of its importer's own (`#name`), its folder's. */
function nameOf(specifier: string, to: string): string | undefined {
  return specifier.startsWith("#") ? packageNameOf(to) : nameIn(specifier);
}

function doesWithout({ optionalDependencies = {}, peerDependenciesMeta = {} }: Manifest, name: string): boolean {
  return Object.hasOwn(optionalDependencies, name) || peerDependenciesMeta[name]?.optional === true;
}

/** Names, and whether the package does without. */
function* dependenciesOf(manifest: Manifest): Iterable<[name: string, optional: boolean]> {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest;
  const names = new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)]);
  for (const name of Object.keys(peerDependencies)) if (!doesWithout(manifest, name)) names.add(name);
  for (const name of names)
    if (!FOR_INSTALLATION.has(name) && !name.startsWith("@types/")) yield [name, doesWithout(manifest, name)];
}
