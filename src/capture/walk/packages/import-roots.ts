import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FunctionInfo, HostNode } from "../../graph/node.js";
import { exportsOf, stepsTo } from "../../identity/exported.js";
import {
  importerOf,
  installedFolder,
  loadedMainsOf,
  type PackagePath,
  packageOfFile,
} from "../../identity/packages.js";
import type { FunctionLook } from "../../inspect/look.js";
import type { Script } from "../../inspect/scripts.js";
import { isByReference, type TravelPolicy } from "../../packages/travel-policy.js";
import { parsedScript } from "../../source/script.js";

/**
 * What the modules of the captured functions import from packages. Things are looked for there first: the module where
 * they are defined may know nothing of them (a factory made them), or lack what others add to them.
 */
export class ImportRoots {
  private readonly roots: { value: unknown; path: PackagePath }[] = [];
  private readonly scripts = new Set<string>();
  private readonly files = new Set<string>();
  private scanned = 0;

  constructor(
    private readonly nodes: readonly HostNode[],
    private readonly travel: TravelPolicy,
  ) {}

  /** How many imports are known by now. */
  count(): number {
    this.scan();
    return this.roots.length;
  }

  pathTo(value: object): PackagePath | undefined {
    this.scan();
    for (const root of this.roots) {
      const steps = stepsTo(value, root.value);
      if (steps) return { ...root.path, path: [...root.path.path, ...steps] };
    }
    return undefined;
  }

  private scan(): void {
    while (this.scanned < this.nodes.length) {
      const { fn } = this.nodes[this.scanned++] as HostNode;
      if (fn) this.addImports(fn);
    }
  }

  private addImports({ script, look }: FunctionInfo): void {
    if (!script?.isModule || this.scripts.has(script.scriptId)) return;
    this.scripts.add(script.scriptId);
    if (this.isByReference(script.url)) this.addMains(script.url);
    else this.addOwn(script, look);
  }

  private addOwn(script: Script, look: FunctionLook): void {
    const values = look.scopes.find(({ description }) => description === "Module")?.values ?? {};
    const importer = importerOf(script.url);
    /** Of what no function uses, such as the namespace that constants were taken from, the engine keeps no variable to see. */
    const unseen: string[] = [];
    for (const [name, { specifier, imported }] of parsedScript(script.scriptId)?.imports ?? []) {
      if (!isByReference(specifier, importer, this.travel)) continue;
      const steps = imported === "*" ? [] : [`.${imported}`];
      if (Object.hasOwn(values, name))
        this.roots.push({ value: values[name], path: { specifier, importer, via: "import", path: steps } });
      else unseen.push(specifier);
    }
    for (const specifier of new Set(unseen)) this.addMainsOf(installedFolder(specifier, importer), script.url);
  }

  private isByReference(url: string): boolean {
    return packageOfFile(url) !== undefined && !this.travel.isByValue(url);
  }

  /** Code of a package holds on to what the package exports, which other packages may have made for it. */
  private addMains(url: string): void {
    if (url.startsWith("file:")) this.addMainsAround(fileURLToPath(url), url);
  }

  private addMainsOf(folder: string | undefined, importer: string): void {
    if (folder !== undefined) this.addMainsAround(path.join(folder, "package.json"), importer);
  }

  private addMainsAround(fileOfPackage: string, url: string): void {
    for (const file of loadedMainsOf(fileOfPackage, url)) {
      if (this.files.has(file)) continue;
      this.files.add(file);
      const specifier = pathToFileURL(file).href;
      this.roots.push({ value: exportsOf(file), path: { specifier, importer: url, via: "import", path: [] } });
    }
  }
}
