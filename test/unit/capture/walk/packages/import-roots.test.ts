/**
 * What code of a package holds on to, and the package exports, travels by reference, whoever made it.
 *
 * @module-tag long
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { newProject, packageFiles } from "../../../../support/package-projects.js";
import { root, runNode } from "../../../../support/run-script.js";

const MANIFEST = { type: "module", exports: { ".": { import: "./esm.js", require: "./index.cjs" } } };

/** `abacus` has `loom` make its functions, and `import` finds it elsewhere than `require()` does. */
const PACKAGES = {
  ...packageFiles("loom", "exports.weave = (f) => Object.assign((x) => f(x), { threads: [1, 2] });"),
  ...packageFiles("abacus", "", { ...MANIFEST, dependencies: { loom: "1.0.0" } }),
  "node_modules/abacus/esm.js":
    'export * from "./functions.js"; export * from "./bead.js"; export * from "./compile.js";',
  "node_modules/abacus/functions.js": 'import loom from "loom"; export const twice = loom.weave((x) => 2 * x);',
  "node_modules/abacus/make-bead.js":
    "export const makeBead = (start) => { let made = start; return class Bead { constructor() { made++; } static get made() { return made; } }; };",
  "node_modules/abacus/bead.js": 'import { makeBead } from "./make-bead.js"; export const Bead = makeBead(10);',
  "node_modules/abacus/compile.js": `import { twice } from "./functions.js"; import { Bead } from "./bead.js";
    export const compile = (fn = twice, Kind = Bead) => ({ run: (x) => { new Kind(); return [fn(x), Kind.made]; } });`,
  "main.mjs": `import { Executor, explain } from ${JSON.stringify(`file://${root}dist/src/index.js`)};
    import * as abacus from "abacus";
    const compiled = abacus.compile();
    const fn = (x) => compiled.run(x);
    const executor = new Executor({ workers: 1, progress: false });
    const { packages, modules } = explain(fn);
    console.log(JSON.stringify({ packages, modules: modules.length, there: await executor.call(fn, 4), here: fn(4) }));
    await executor.close();`,
};

it("also where another package or another module made it", async () => {
  const folder = newProject(PACKAGES);
  const { stdout, stderr } = await runNode([join(folder, "main.mjs")], { cwd: folder });
  expect(stderr).toBe("");
  const packages = [pathToFileURL(join(folder, "node_modules/abacus/esm.js")).href];
  expect(JSON.parse(stdout)).toEqual({ packages, modules: 2, there: [8, 11], here: [8, 11] });
});

const DESTRUCTURED = `import { Executor, explain } from ${JSON.stringify(`file://${root}dist/src/index.js`)};
    import * as abacus from "abacus";
    const { twice } = abacus;
    const fn = (x) => twice(x);
    const executor = new Executor({ workers: 1, progress: false });
    const { packages, modules } = explain(fn);
    console.log(JSON.stringify({ packages, modules: modules.length, there: await executor.call(fn, 4) }));
    await executor.close();`;

it("also where the program's functions use the package only by constants that were taken from its namespace", async () => {
  const folder = newProject({ ...PACKAGES, "main.mjs": DESTRUCTURED });
  const { stdout, stderr } = await runNode([join(folder, "main.mjs")], { cwd: folder });
  expect(stderr).toBe("");
  const packages = [pathToFileURL(join(folder, "node_modules/abacus/esm.js")).href];
  expect(JSON.parse(stdout)).toEqual({ packages, modules: 1, there: 8 });
});

it("also where a package makes a function of a text, which is in none of its files", async () => {
  const made = 'export const halve = new Function("return (x) => x / 2;")();';
  const main = DESTRUCTURED.replaceAll("twice", "halve");
  const folder = newProject({
    ...PACKAGES,
    "node_modules/abacus/functions.js": made,
    "node_modules/abacus/compile.js": "",
    "main.mjs": main,
  });
  const { stdout, stderr } = await runNode([join(folder, "main.mjs")], { cwd: folder });
  expect(stderr).toBe("");
  const packages = [pathToFileURL(join(folder, "node_modules/abacus/esm.js")).href];
  expect(JSON.parse(stdout)).toEqual({ packages, modules: 1, there: 2 });
});
