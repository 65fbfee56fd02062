// Makes of the compiler's output a few files that load fast, and in which functions are paused fast.
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import { rollup } from "rollup";
import { COMPACT, withShortLocals } from "./compact.mjs";

/**
 * Modules in one file. It takes Node longer to find and open some hundred modules than to compile them. But a capture pauses
 * functions, and at each pause the engine lists all variables that the calls which wait can see: with every module in one file
 * those are thousands for each of 25 calls, and a pause takes ten times as long.
 */
const MODULES_A_FILE = 30;

/**
 * Replaces the entries, paths in `folder` without their extension, by bundles; what they share lies beside `main`. What the `worker` needs is in files
 * without anything else: those that it shares with the library, and one of its own. So is what the `light` entry needs besides, and the `server`. Packages
 * stay outside.
 */
export async function bundleLibrary(folder, { main, light, server, worker, others }) {
  const pathOf = (entry) => join(folder, `${entry}.js`);
  const files = new Map();
  const planner = {
    name: "planner",
    buildEnd() {
      const needs = (entry) => neededBy(pathOf(entry), (id) => this.getModuleInfo(id)).slice(0, -1);
      const ofLibrary = new Set([main, light, server].flatMap(needs));
      // Where nothing but a worker needs them, their code does not run in the program either.
      const [shared, own] = [
        needs(worker).filter((id) => ofLibrary.has(id)),
        needs(worker).filter((id) => !ofLibrary.has(id)),
      ];
      for (const [i, id] of shared.entries()) files.set(id, `shared-both-${Math.floor(i / MODULES_A_FILE)}`);
      for (const id of own) files.set(id, "shared-worker");
      for (const id of needs(light)) if (!files.has(id)) files.set(id, "shared-light");
      for (const id of needs(server)) if (!files.has(id)) files.set(id, "shared-server");
      for (const id of needs(main)) if (isPlot(id)) files.set(id, PLOTS);
      const rest = needs(main).filter((id) => !files.has(id));
      for (const [i, id] of rest.entries()) files.set(id, `shared-${Math.floor(i / MODULES_A_FILE)}`);
    },
  };
  const bundle = await rollup({
    input: Object.fromEntries([main, light, server, worker, ...others].map((entry) => [entry, pathOf(entry)])),
    external: /^[^./]/,
    plugins: [filesOfTheirOwn, planner, compact],
    onwarn: refuse,
  });
  // The package's "files" name them by how they begin; what is loaded when it is first needed has a name of its own.
  const chunkFileNames = ({ name }) =>
    `${dirname(main)}/${name.startsWith("shared-") ? "" : "shared-"}[name]-[hash].js`;
  // The folder that all of them are in: from there rollup counts the ways to files of their own.
  await bundle.write({
    dir: folder,
    format: "es",
    chunkFileNames,
    manualChunks: (id) => files.get(id),
    // Imports for the sake of loading alone are warned of by bundlers, as no file here has an effect when it is loaded.
    hoistTransitiveImports: false,
  });
  await bundle.close();
}

/** What draws plots needs nothing else, and nobody waits for its functions to be made: so it has short names. */
const PLOTS = "shared-plots";
const isPlot = (id) => /\/view\/(svg\/|bins|call-table|duration|over-time)/.test(id);

/** Modules with all that they import, each after what it imports: so no file needs a later one. */
function neededBy(id, infoOf, found = new Set(), ordered = []) {
  const info = infoOf(id);
  if (found.has(id) || info.isExternal) return ordered;
  found.add(id);
  for (const imported of info.importedIds) neededBy(imported, infoOf, found, ordered);
  ordered.push(id);
  return ordered;
}

/** What is captured is parsed, file by file. */
const filesOfTheirOwn = {
  name: "files of their own",
  resolveId(path, importer) {
    if (!path.includes("/on-worker/")) return undefined;
    return { id: join(dirname(importer), path), external: "relative" };
  },
};

const compact = {
  name: "compact",
  async renderChunk(chunk) {
    const { code } = await transform(chunk, { ...COMPACT, format: "esm" });
    return withShortLocals(code);
  },
};

/** The compiler's helpers ask for a `this` around, which modules do not have. */
function refuse({ code, message }) {
  if (code !== "THIS_IS_UNDEFINED") throw new Error(message);
}
