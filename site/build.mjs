// Builds the documentation as a site into dist/: copies the pages as they lie in the repository, adds the API from the docstrings, and lets
// VitePress make HTML of them. It fetches nothing. npm run docs
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Application, Converter } from "typedoc";
import { build } from "vitepress";

const site = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../", import.meta.url));
const pages = `${site}pages/`;

/** Pages, and pictures on them. */
const OF_PAGES = /\.(md|png|svg)$/;

function copyPages() {
  rmSync(pages, { recursive: true, force: true });
  for (const folder of ["docs", "benchmarks"]) {
    mkdirSync(`${pages}${folder}`, { recursive: true });
    for (const name of readdirSync(`${root}${folder}`).filter((name) => OF_PAGES.test(name)))
      cpSync(`${root}${folder}/${name}`, `${pages}${folder}/${name}`);
  }
  for (const name of ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"]) cpSync(`${root}${name}`, `${pages}${name}`);
  // The README is the first page.
  cpSync(`${pages}README.md`, `${pages}index.md`);
  rmSync(`${pages}README.md`);
  for (const name of readdirSync(pages, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"))) {
    const text = readFileSync(`${pages}${name}`, "utf8");
    writeFileSync(`${pages}${name}`, text.replaceAll("](../README.md", "](../index.md"));
  }
}

/** Throws when a docstring or an export cannot be read. */
async function writeApi() {
  const app = await Application.bootstrapWithPlugins({
    entryPoints: [`${root}src/index.ts`],
    tsconfig: `${root}tsconfig.json`,
    plugin: ["typedoc-plugin-markdown"],
    outputs: [{ name: "markdown", path: `${pages}api` }],
    // Of the types that exports name, some are no exports themselves.
    validation: { notExported: false },
    readme: "none",
    name: "API",
    excludeInternal: true,
    excludePrivate: true,
    excludeExternals: true,
    disableSources: true,
    hideBreadcrumbs: true,
    hidePageHeader: true,
    entryFileName: "index",
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    useCodeBlocks: true,
  });
  // How console.log shows an object is no method for users.
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, ({ project }, reflection) => {
    if (reflection.name === "[INSPECT]") project.removeReflection(reflection);
  });
  const project = await app.convert();
  if (!project) throw new Error("TypeDoc could not read the package's exports.");
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error("TypeDoc could not write the pages of the API.");
}

copyPages();
await writeApi();
await build(site);
console.log(`The site is in ${site}dist/.`);
