import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { bundlePackages, type PackagesBundle } from "../../../src/bundle/bundle.js";
import { CaptureError } from "../../../src/errors.js";
import {
  bundleAndLeave,
  type Files,
  newProject,
  packageFiles,
  type Use,
  wantedOf,
} from "../../support/package-projects.js";

// biome-ignore lint/suspicious/noExplicitAny: exports of packages that exist while the test runs
type Loose = any;

/** A plain function's `this`, which tells strict code from sloppy. */
const TELL_MODE = "function mode() { return this === undefined ? 'strict' : 'sloppy'; }";

const ES_MODULE = { type: "module", exports: "./index.js" };

async function loaded(files: Files, ...uses: Use[]): Promise<Loose[]> {
  const bundled = await bundleAndLeave(newProject(files), uses);
  expect(formsOf(bundled)).toEqual(new Set(["bundled"]));
  const { load } = bundled;
  return Promise.all(uses.map(([via, specifier]) => load(via, specifier)));
}

const formsOf = ({ bundle }: { bundle: PackagesBundle }) => new Set(bundle.forms.map(({ form }) => form));

describe("what a worker gets of a bundle is what Node gives", () => {
  it("of ES modules", async () => {
    const code = `export { Failure as Other } from "./other.js"; export default 1; export let count = 0;
      export function bump() { count++; } export class Failure extends Error {} ${TELL_MODE} export { mode };`;
    const other = { "node_modules/esm/other.js": "export class Failure extends Error {}" };
    const [esm] = await loaded({ ...packageFiles("esm", code, ES_MODULE), ...other }, ["import", "esm"]);
    const { mode, Failure, Other } = esm;
    esm.bump();
    expect([esm.default, esm.count, mode(), Failure.name, Other.name]).toEqual([1, 1, "strict", "Failure", "Failure"]);
  });

  it("of CommonJS, by require() and by import()", async () => {
    const code = `module.exports = mode; mode.extra = [1]; exports = null; ${TELL_MODE}`;
    const [required, imported] = await loaded(packageFiles("cjs", code), ["require", "cjs"], ["import", "cjs"]);
    expect([required(), required.extra]).toEqual(["sloppy", [1]]);
    expect(imported.default).toBe(required);
    expect(imported.extra).toBe(required.extra);
  });

  it("of compiled CommonJS, whose default export Node does not unwrap", async () => {
    const code =
      "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 5; exports.named = 6;";
    const [imported] = await loaded(packageFiles("compiled", code), ["import", "compiled"]);
    expect(imported.default).toMatchObject({ default: 5, named: 6 });
    expect(imported.named).toBe(6);
  });

  it("of dual packages: two forms with a state each, by the way they are loaded", async () => {
    const manifest = { exports: { ".": { import: "./index.mjs", require: "./index.js" } } };
    const files = {
      ...packageFiles("dual", "module.exports = { form: 'cjs' };", manifest),
      "node_modules/dual/index.mjs": "export const form = 'esm';",
    };
    const [imported, required] = await loaded(files, ["import", "dual"], ["require", "dual"]);
    expect([imported.form, required.form]).toEqual(["esm", "cjs"]);
  });

  it("of subpaths, scoped packages, and packages of packages", async () => {
    const files = {
      ...packageFiles("@scope/outer", "import inner from 'inner'; export default inner + 1;", ES_MODULE),
      ...packageFiles("inner", "module.exports = 1;", { exports: { ".": "./index.js", "./deep": "./lib/deep.js" } }),
      "node_modules/inner/lib/deep.js": "module.exports = 'deep';",
      ...packageFiles("@scope/outer/node_modules/inner", "module.exports = 10;"),
    };
    const [outer, deep, inner] = await loaded(
      files,
      ["import", "@scope/outer"],
      ["require", "inner/deep"],
      ["require", "inner"],
    );
    expect([outer.default, deep, inner]).toEqual([11, "deep", 1]);
  });

  it("of manifests with fields for bundlers, which Node does not read", async () => {
    const files = {
      ...packageFiles("fields", "require('./effect'); module.exports = 'main';", { module: "./module.mjs" }),
      "node_modules/fields/module.mjs": "export default 'module';",
      "node_modules/fields/effect.js": "exports.x = 1;",
      ...packageFiles("effects", "import './effect.js'; export const seen = globalThis.sideEffectSeen;", {
        ...ES_MODULE,
        sideEffects: false,
      }),
      "node_modules/effects/effect.js": "globalThis.sideEffectSeen = 'seen';",
    };
    const [fields, effects] = await loaded(files, ["require", "fields"], ["import", "effects"]);
    expect([fields, effects.seen]).toEqual(["main", "seen"]);
  });

  it("one instance of a module, however it is reached", async () => {
    const files = {
      ...packageFiles("state", "exports.list = [];"),
      ...packageFiles(
        "user",
        "import { list } from 'state'; export const push = (x) => list.push(x); export { list };",
        ES_MODULE,
      ),
    };
    const [state, user, imported] = await loaded(files, ["require", "state"], ["import", "user"], ["import", "state"]);
    user.push(7);
    expect(state.list).toEqual([7]);
    expect(user.list).toBe(state.list);
    expect(imported.list).toBe(state.list);
  });

  it("a package's file by its URL, and one by its path", async () => {
    const folder = newProject(packageFiles("filed", "export const here = 1;", ES_MODULE));
    const file = join(folder, "node_modules/filed/index.js");
    const { load, bundle } = await bundleAndLeave(folder, [["import", pathToFileURL(file).href]]);
    expect(await load("import", pathToFileURL(file).href)).toMatchObject({ here: 1 });
    expect(await load("import", file)).toMatchObject({ here: 1 });
    expect(Buffer.from(bundle.bytes).toString()).not.toContain(folder);
  });

  it("cycles, JSON, and built-ins under both names", async () => {
    const files = {
      ...packageFiles(
        "cycle",
        "exports.early = 1; exports.other = require('./other'); exports.version = require('./package.json').version;",
      ),
      "node_modules/cycle/other.js":
        "const cycle = require('.'); exports.seen = Object.keys(cycle); exports.sep = require('path').sep + require('node:path').sep;",
    };
    const [cycle] = await loaded(files, ["require", "cycle"]);
    expect(cycle).toEqual({ early: 1, other: { seen: ["early"], sep: "//" }, version: "1.0.0" });
  });

  it("loads a package when it is asked for, once, and a failure as the same failure", async () => {
    const counted = (name: string) => `globalThis.${name} = (globalThis.${name} ?? 0) + 1;`;
    const files = {
      ...packageFiles("first", `${counted("firstLoads")} module.exports = {};`),
      ...packageFiles("broken", `${counted("brokenLoads")} throw new Error('broken at load');`, ES_MODULE),
    };
    const { load } = await bundleAndLeave(newProject(files), [
      ["import", "first"],
      ["import", "broken"],
    ]);
    expect((globalThis as Loose).firstLoads).toBeUndefined();
    await load("import", "first");
    await load("import", "first");
    const errors = [load("import", "broken"), load("import", "broken")].map((one) =>
      (one as Promise<unknown>).catch((e) => e),
    );
    expect((await Promise.all(errors)).map(String)).toEqual(Array(2).fill("Error: broken at load"));
    expect([(globalThis as Loose).firstLoads, (globalThis as Loose).brokenLoads]).toEqual([1, 1]);
  });
});

describe("what is not there", () => {
  it("refuses a package that is needed and not found", async () => {
    const wanted = wantedOf(newProject({}), [["import", "gone"]]);
    await expect(bundlePackages(wanted)).rejects.toThrow(/Cannot capture gone: .*not found from file:/);
  });

  it("lets a package be missing that the code may never load, and says so where it does", async () => {
    const files = packageFiles("there", "module.exports = 1;");
    const { load } = await bundleAndLeave(newProject(files), [
      ["require", "there"],
      ["import", "nowhere", "optional"],
      ["require", "nowhere", "optional"],
    ]);
    expect(load("require", "there")).toBe(1);
    expect(() => load("require", "nowhere")).toThrow(expect.objectContaining({ code: "MODULE_NOT_FOUND" }));
    const error = await (load("import", "nowhere") as Promise<unknown>).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
    expect(String(error)).toMatch(
      /package nowhere, which file:.*main\.mjs uses, is not on the worker.*packagesOnWorker/,
    );
  });

  it("bundles a package that names others which are not installed, until it comes there", async () => {
    const code =
      "exports.safe = 1; exports.risky = () => require('not-installed'); exports.late = () => import('not-installed');";
    const [lazy] = await loaded(packageFiles("lazy", code), ["require", "lazy"]);
    expect(lazy.safe).toBe(1);
    expect(lazy.risky).toThrow(/not-installed/);
    await expect(lazy.late()).rejects.toThrow(/not-installed/);
  });

  it("refuses a package that cannot be loaded without another that is not installed", async () => {
    const files = packageFiles("needy", "import 'not-installed';", ES_MODULE);
    await expect(bundlePackages(wantedOf(newProject(files), [["import", "needy"]]))).rejects.toThrow(
      /Cannot capture needy: it cannot be sent to the worker: Could not resolve "not-installed" \(node_modules\/needy\/index\.js:1:8\)/,
    );
  });

  it("refuses code that is none", async () => {
    const wanted = wantedOf(newProject(packageFiles("odd", "module.exports = ((;")), [["require", "odd"]]);
    await expect(bundlePackages(wanted)).rejects.toThrow(CaptureError);
  });
});

describe("what workers have", () => {
  it("is left out", async () => {
    const files = {
      ...packageFiles("native", "module.exports = 'native';"),
      ...packageFiles("user", "exports.use = () => require('native');"),
    };
    const wanted = wantedOf(newProject(files), [
      ["require", "native"],
      ["require", "user"],
    ]);
    const { bytes, forms } = await bundlePackages(wanted, ["native"]);
    expect(Buffer.from(bytes).toString()).toContain('require("native")');
    expect(forms).toEqual([{ name: "user", form: "bundled", reason: "" }]);
    expect(await bundlePackages(wanted.slice(0, 1), ["native"])).toMatchObject({ digest: undefined });
  });
});

describe("the bundle's bytes", () => {
  const files = {
    ...packageFiles("one", "import two from 'two'; export default two;", ES_MODULE),
    ...packageFiles("two", "module.exports = 'two';"),
  };
  const uses: Use[] = [
    ["import", "one"],
    ["require", "two"],
  ];

  it("are the same wherever the project lies, and in whatever order its packages are named", async () => {
    const [here, there] = [newProject(files), newProject(files, join(newProject({}), "some", "deeper folder"))];
    const first = await bundlePackages(wantedOf(here, uses));
    const second = await bundlePackages(wantedOf(there, [...uses].reverse()));
    expect(second.digest).toBe(first.digest);
    expect(second.root).not.toBe(first.root);
    expect(Buffer.from(second.bytes).toString()).not.toContain(there);
    expect(Buffer.from(second.bytes).toString()).not.toMatch(/deeper/);
  });

  it("are kept while the packages' files stay as they are", async () => {
    const folder = newProject(files);
    const first = await bundlePackages(wantedOf(folder, uses));
    expect(await bundlePackages(wantedOf(folder, uses))).toBe(first);
    const file = join(folder, "node_modules/two/index.js");
    writeFileSync(file, "module.exports = 2;//padded");
    utimesSync(file, new Date(0), new Date(0));
    const second = await bundlePackages(wantedOf(folder, uses));
    expect(second.digest).not.toBe(first.digest);
    writeFileSync(join(folder, "node_modules/two/package.json"), '{"name":"two","main":"other.js"}');
    writeFileSync(join(folder, "node_modules/two/other.js"), "module.exports = 'other';");
    expect(Buffer.from((await bundlePackages(wantedOf(folder, uses))).bytes).toString()).toContain('"other"');
  });

  it("are not kept of a failure", async () => {
    const folder = newProject(files);
    const file = join(folder, "node_modules/two/index.js");
    const code = readFileSync(file);
    rmSync(file);
    await expect(bundlePackages(wantedOf(folder, uses))).rejects.toThrow(CaptureError);
    writeFileSync(file, code);
    expect((await bundlePackages(wantedOf(folder, uses))).digest).toMatch(/^[0-9a-f]{64}$/);
  });
});
