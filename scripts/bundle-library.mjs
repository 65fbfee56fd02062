// Makes of the compiler's output a few files that load fast, and in which functions are paused fast.
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import { rollup } from "rollup";

/** Characters after which a line ends where it can, for stacks and for those who look at what they run. */
const LINE_LIMIT = 120;

/**
 * Modules in one file. It takes Node longer to find and open some hundred modules than to compile them. But a capture pauses
 * functions, and at each pause the engine lists all variables that the calls which wait can see: with every module in one file
 * those are thousands for each of 25 calls, and a pause takes ten times as long.
 */
const MODULES_A_FILE = 30;

/**
 * Replaces the entries, paths in `folder` without their extension, by bundles; what they share lies beside the first one. What
 * the `light` entry needs is in a file of its own. Packages stay outside.
 */
export async function bundleLibrary(folder, { main, light, others }) {
  const pathOf = (entry) => join(folder, `${entry}.js`);
  const files = new Map();
  const planner = {
    name: "planner",
    buildEnd() {
      const needs = (entry) => neededBy(pathOf(entry), (id) => this.getModuleInfo(id)).slice(0, -1);
      for (const id of needs(light)) files.set(id, "shared-light");
      const rest = needs(main).filter((id) => !files.has(id));
      for (const [i, id] of rest.entries()) files.set(id, `shared-${Math.floor(i / MODULES_A_FILE)}`);
    },
  };
  const bundle = await rollup({
    input: Object.fromEntries([main, light, ...others].map((entry) => [entry, pathOf(entry)])),
    external: /^[^./]/,
    plugins: [filesOfTheirOwn(dirname(pathOf(main))), planner, withoutSpace],
    onwarn: refuse,
  });
  // All begin as the package's "files" name them, those that are loaded later as well.
  const chunkFileNames = ({ name }) => `${dirname(main)}/shared-${name.replace(/^shared-/, "")}-[hash].js`;
  const manualChunks = (id) => files.get(id);
  // Hoisted imports of files of their own would be looked for from the entry's folder, which may be another one.
  await bundle.write({ dir: folder, format: "es", chunkFileNames, manualChunks, hoistTransitiveImports: false });
  await bundle.close();
}

/** Modules with all that they import, each after what it imports: so no file needs a later one. */
function neededBy(id, infoOf, found = new Set(), ordered = []) {
  const info = infoOf(id);
  if (found.has(id) || info.isExternal) return ordered;
  found.add(id);
  for (const imported of info.importedIds) neededBy(imported, infoOf, found, ordered);
  ordered.push(id);
  return ordered;
}

/** What is captured is parsed, file by file. All files that import it lie in one folder. */
const filesOfTheirOwn = (folder) => ({
  name: "files of their own",
  resolveId(path, importer) {
    if (!path.includes("/on-worker/")) return undefined;
    const fromFolder = join(dirname(importer), path)
      .slice(folder.length + 1)
      .replaceAll("\\", "/");
    return { id: `./${fromFolder}`, external: true };
  },
});

/** Comments are in the declarations, and in the sources. */
const withoutSpace = {
  name: "without space",
  renderChunk: (code) => transform(code, { minifyWhitespace: true, lineLimit: LINE_LIMIT, format: "esm" }),
};

/** The compiler's helpers ask for a `this` around, which modules do not have. */
function refuse({ code, message }) {
  if (code !== "THIS_IS_UNDEFINED") throw new Error(message);
}
