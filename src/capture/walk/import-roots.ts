import { stepsTo } from "../identity/exported.js";
import { importerOf, installedPackage, type PackagePath, packageOfFile } from "../identity/packages.js";
import { parsedScript } from "../source/script.js";
import type { FunctionInfo, HostNode } from "./graph.js";

/**
 * What the modules of the captured functions import from packages. Things are looked for there first: the module where
 * they are defined may know nothing of them (a factory made them), or lack what others add to them.
 */
export class ImportRoots {
  private readonly roots: { value: unknown; path: PackagePath }[] = [];
  private readonly scripts = new Set<string>();
  private scanned = 0;

  constructor(private readonly nodes: readonly HostNode[]) {}

  pathTo(value: object): PackagePath | undefined {
    while (this.scanned < this.nodes.length) {
      const { fn } = this.nodes[this.scanned++] as HostNode;
      if (fn) this.addImports(fn);
    }
    for (const root of this.roots) {
      const steps = stepsTo(value, root.value);
      if (steps) return { ...root.path, path: [...root.path.path, ...steps] };
    }
    return undefined;
  }

  private addImports({ script, look }: FunctionInfo): void {
    if (!script?.isModule || this.scripts.has(script.scriptId) || packageOfFile(script.url)) return;
    this.scripts.add(script.scriptId);
    const values = look.scopes.find(({ description }) => description === "Module")?.values ?? {};
    const importer = importerOf(script.url);
    for (const [name, { specifier, imported }] of parsedScript(script.scriptId)?.imports ?? []) {
      if (!Object.hasOwn(values, name) || !installedPackage(specifier, importer)) continue;
      const path = imported === "*" ? [] : [`.${imported}`];
      this.roots.push({ value: values[name], path: { specifier, importer, via: "import", path } });
    }
  }
}
