/** Packages that work in their own place alone: what a worker without them gets is what Node gives here. */
import { chmodSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bundlePackages } from "../../../src/bundle/bundle.js";
import { decodePackages } from "../../../src/wire/packages.js";
import { newFolder } from "../../support/folders.js";
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

const ES_MODULE = { type: "module", exports: "./index.js" };

/** The smallest module of WebAssembly: eight bytes that tell what it is. */
const WASM = "\0asm\u0001\0\0\0";

async function loadedAsFiles(files: Files, ...uses: Use[]): Promise<Loose[]> {
  const { load, bundle } = await bundleAndLeave(newProject(files), uses);
  expect(new Set(bundle.forms.map(({ form }) => form))).toEqual(new Set(["files"]));
  return Promise.all(uses.map(([via, specifier]) => load(via, specifier)));
}

/** Names of the files that travel. */
async function namesIn(bytes: Uint8Array): Promise<string[]> {
  return ((await decodePackages(bytes, "test")).files?.files ?? []).map(({ path }) => path);
}

async function namesOf(folder: string, uses: Use[]): Promise<string[]> {
  return namesIn((await bundlePackages(wantedOf(folder, uses))).bytes);
}

afterEach(() => vi.restoreAllMocks());

describe("a package travels as files that", () => {
  const BESIDE = { "node_modules/pack/data/text.txt": "beside" };
  it.each<[what: string, code: string, files: Files, manifest?: object]>([
    [
      "opens a file beside its code",
      "const folder = __dirname + '/data/'; exports.value = () => require('node:fs').readFileSync(folder + 'text.txt', 'utf8');",
      BESIDE,
    ],
    [
      "opens one by its URL",
      "import { readFileSync } from 'node:fs'; export const value = () => readFileSync(new URL('data/text.txt', import.meta.url), 'utf8');",
      BESIDE,
      ES_MODULE,
    ],
    [
      "finds its files by require.resolve()",
      "exports.value = () => require('fs').readFileSync(require.resolve('pack/data/text.txt'), 'utf8');",
      BESIDE,
    ],
    [
      "makes its own require",
      "import { createRequire as make } from 'node:module'; const load = make(import.meta.url); export const value = () => load('./value.json');",
      { "node_modules/pack/value.json": '"beside"' },
      ES_MODULE,
    ],
    [
      "loads by a name that is computed",
      "const names = ['value']; exports.value = () => require('./parts/' + names[0]);",
      { "node_modules/pack/parts/value.js": "module.exports = 'beside';" },
    ],
    [
      "loads by a pattern that nothing fits",
      "let found; try { found = require('./build/addon-' + process.platform + '.node'); } catch {} exports.value = () => found ?? 'beside';",
      {},
    ],
    [
      "hands its require on",
      "const load = (one) => one('./value.js'); exports.value = () => load(require);",
      { "node_modules/pack/value.js": "module.exports = 'beside';" },
    ],
    [
      "hides its require from bundlers",
      "exports.value = () => eval('quire'.replace(/^/, 're'))('./value.js');",
      { "node_modules/pack/value.js": "module.exports = 'beside';" },
    ],
    [
      "imports by a name that is computed",
      "const name = './value.js'; export const value = async () => (await import(name)).default;",
      { "node_modules/pack/value.js": "export default 'beside';" },
      ES_MODULE,
    ],
    [
      "awaits at its top level",
      "const made = await Promise.resolve('beside'); export const value = () => made;",
      {},
      ES_MODULE,
    ],
    [
      "starts a thread of its own",
      "import { once } from 'node:events'; import { Worker } from 'node:worker_threads'; export const value = async () => (await once(new Worker(new URL('./thread.js', import.meta.url)), 'message'))[0];",
      {
        "node_modules/pack/thread.js":
          "import { parentPort } from 'node:worker_threads'; parentPort.postMessage('beside');",
      },
      ES_MODULE,
    ],
    [
      "loads WebAssembly",
      "const path = require('path'); exports.value = async () => { await WebAssembly.compile(require('fs').readFileSync(path.join(__dirname, 'code.wasm'))); return 'beside'; };",
      { "node_modules/pack/code.wasm": WASM },
    ],
  ])("%s", async (_, code, files, manifest = {}) => {
    const [pack] = await loadedAsFiles({ ...packageFiles("pack", code, manifest), ...files }, ["import", "pack"]);
    expect(await pack.value()).toBe("beside");
  });

  it("is in the same bundle with one of these, and shares a package with it; others are bundled", async () => {
    const files = {
      ...packageFiles("shared", "exports.list = [];"),
      ...packageFiles("placed", "exports.shared = require('shared'); exports.place = __dirname;"),
      ...packageFiles("plain", "exports.shared = require('shared');"),
      ...packageFiles("apart", "module.exports = 'apart';"),
    };
    const uses: Use[] = [
      ["require", "placed"],
      ["require", "plain"],
      ["require", "apart"],
    ];
    const { load, bundle } = await bundleAndLeave(newProject(files), uses);
    expect(bundle.forms.map(({ name, form }) => `${name}: ${form}`)).toEqual([
      "apart: bundled",
      "placed: files",
      "plain: files",
    ]);
    expect(bundle.forms[1]?.reason).toMatch(/node_modules.placed.index\.js asks where its files lie$/);
    const [placed, plain] = [load("require", "placed") as Loose, load("require", "plain") as Loose];
    expect(plain.shared).toBe(placed.shared);
    expect(load("require", "apart")).toBe("apart");
  });

  it.each([
    ["a plain require", "exports.x = require('node:path');"],
    ["a question for it", "exports.x = typeof require === 'function' ? 1 : 2;"],
    ["its name in a text or comment", "exports.x = 'createRequire(import.meta.url)'; // __dirname"],
    ["properties of such names", "exports.x = { require: 1, __dirname: 2 }; exports.y = exports.x.require;"],
    ["parameters of such names", "(function (require, module) { module.x = 1; })(null, exports);"],
  ])("does not because of %s", async (_, code) => {
    const { forms } = await bundlePackages(wantedOf(newProject(packageFiles("pack", code)), [["require", "pack"]]));
    expect(forms).toEqual([{ name: "pack", form: "bundled", reason: "" }]);
  });
});

describe("files are laid out as they are here", () => {
  const placed = (code: string) => `${code} exports.place = __dirname;`;

  it("with a version of a package for each that asks", async () => {
    const files = {
      ...packageFiles("outer", placed("exports.inner = require('inner');")),
      ...packageFiles("inner", "module.exports = __dirname && 1;"),
      ...packageFiles("outer/node_modules/inner", "module.exports = 2;"),
    };
    const [outer, inner] = await loadedAsFiles(files, ["require", "outer"], ["require", "inner"]);
    expect([outer.inner, inner]).toEqual([2, 1]);
  });

  it("with both forms of a dual package, and subpaths", async () => {
    const manifest = { exports: { ".": { import: "./index.mjs", require: "./index.js" }, "./sub": "./lib/sub.js" } };
    const files = {
      ...packageFiles("dual", placed("exports.form = 'cjs';"), manifest),
      "node_modules/dual/index.mjs": "export const form = 'esm'; export const url = import.meta.url;",
      "node_modules/dual/lib/sub.js": "module.exports = 'sub';",
    };
    const uses: Use[] = [
      ["import", "dual"],
      ["require", "dual"],
      ["require", "dual/sub"],
    ];
    const [imported, required, sub] = await loadedAsFiles(files, ...uses);
    expect([imported.form, required.form, sub]).toEqual(["esm", "cjs", "sub"]);
  });

  it("with the links of a package manager, by which one module stays one", async () => {
    const folder = newProject({});
    const store = (name: string) => join(folder, "node_modules/.store", `${name}@1`, "node_modules");
    const place = (name: string, code: string) => {
      mkdirSync(join(store(name), name), { recursive: true });
      writeFileSync(join(store(name), name, "package.json"), JSON.stringify({ name, version: "1.0.0" }));
      writeFileSync(join(store(name), name, "index.js"), code);
    };
    const link = (at: string, name: string) => {
      const target = join(store(name), name);
      symlinkSync(relative(join(at, "."), target), join(at, name));
    };
    place("base", "exports.list = [];");
    place("middle", placed("exports.base = require('base');"));
    link(store("middle"), "base");
    link(join(folder, "node_modules"), "middle");
    link(join(folder, "node_modules"), "base");
    const { load } = await bundleAndLeave(folder, [
      ["require", "middle"],
      ["require", "base"],
    ]);
    const middle = load("require", "middle") as Loose;
    expect(middle.place).toMatch(/\.store.middle@1.node_modules.middle$/);
    expect(middle.base).toBe(load("require", "base"));
  });

  it("with a linked package outside of node_modules", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const folder = newProject({
      "parts/own/package.json": JSON.stringify({ name: "own", version: "1.0.0", main: "main.js" }),
      "parts/own/main.js": "exports.text = () => require('fs').readFileSync(__dirname + '/text.txt', 'utf8');",
      "parts/own/text.txt": "linked",
      ...packageFiles("user", "module.exports = require('own');"),
    });
    symlinkSync(join(folder, "parts/own"), join(folder, "node_modules/own"));
    const { load } = await bundleAndLeave(folder, [["require", "user"]]);
    expect((load("require", "user") as Loose).text()).toBe("linked");
    expect(warn).not.toHaveBeenCalled();
  });

  it("with programs that may be run", async () => {
    const folder = newProject(
      packageFiles(
        "tool",
        "exports.run = () => require('child_process').execFileSync(__dirname + '/tool.sh', { encoding: 'utf8' });",
      ),
    );
    const tool = join(folder, "node_modules/tool/tool.sh");
    writeFileSync(tool, "#!/bin/sh\necho ran\n");
    chmodSync(tool, 0o755);
    const { load } = await bundleAndLeave(folder, [["require", "tool"]]);
    expect((load("require", "tool") as Loose).run()).toBe("ran\n");
  });

  it("wherever the project lies, in the same bytes", async () => {
    const files = packageFiles("pack", placed("exports.x = 1;"));
    const deeper = newProject(files, join(realpathSync(newFolder()), "a", "deeper folder"));
    const [here, there] = [newProject(files), deeper].map((folder) =>
      bundlePackages(wantedOf(folder, [["require", "pack"]])),
    );
    expect((await there)?.digest).toBe((await here)?.digest);
  });
});

describe("of the files go", () => {
  it("what the manifest names, of a package that loads what cannot be seen", async () => {
    const files = {
      ...packageFiles("host", "exports.load = (name) => require(name);", {
        dependencies: { plugin: "1", "node-gyp": "1", "@types/plugin": "1" },
        peerDependencies: { peer: "1", rare: "1" },
        peerDependenciesMeta: { rare: { optional: true } },
      }),
      ...packageFiles("plugin", "module.exports = require('deep');", { dependencies: { deep: "1" } }),
      ...packageFiles("deep", "module.exports = 'deep';"),
      ...packageFiles("peer", "module.exports = 'peer';"),
      ...packageFiles("rare", ""),
      ...packageFiles("node-gyp", ""),
      ...packageFiles("@types/plugin", ""),
    };
    const folder = newProject(files);
    const names = await namesOf(folder, [["require", "host"]]);
    expect(names.filter((name) => /rare|node-gyp|@types/.test(name))).toEqual([]);
    const { load } = await bundleAndLeave(folder, [["require", "host"]]);
    const host = load("require", "host") as Loose;
    expect([host.load("plugin"), host.load("peer")]).toEqual(["deep", "peer"]);
  });

  it("no code that is not reached, of one whose loading can be seen, and no maps, notes or sources of addons", async () => {
    const files = {
      ...packageFiles("placed", "exports.plain = require('plain'); exports.place = __dirname;"),
      "node_modules/placed/unseen.js": "",
      "node_modules/placed/index.js.map": "",
      "node_modules/placed/README.md": "",
      "node_modules/placed/src/addon.cc": "",
      "node_modules/placed/types.d.ts": "",
      ...packageFiles("plain", "exports.x = 1;"),
      "node_modules/plain/unseen.js": "",
      "node_modules/plain/types.d.ts": "",
      "node_modules/plain/style.css": "",
      "node_modules/elsewhere/index.js": "",
    };
    const names = await namesOf(newProject(files), [["require", "placed"]]);
    expect(names.map((name) => name.replace("node_modules/", "")).sort()).toEqual([
      "placed/index.js",
      "placed/package.json",
      "placed/types.d.ts",
      "placed/unseen.js",
      "plain/index.js",
      "plain/package.json",
      "plain/style.css",
    ]);
  });

  it("of the user's own modules those that are reached, what they name by URL, and of the manifest what Node reads", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const folder = newProject({
      "package.json": JSON.stringify({ name: "mine", type: "module", scripts: { secret: "token" } }),
      "work.js":
        "import { readFileSync } from 'node:fs'; import { help } from './lib/help.js'; export const text = () => help() + readFileSync(new URL('./words.txt', import.meta.url), 'utf8');",
      "lib/help.js": "import tool from 'tool'; export const help = () => tool.place.slice(-4);",
      "lib/unused.js": "",
      "words.txt": " words",
      "private.txt": "secret",
      ...packageFiles("tool", "exports.place = __dirname;"),
    });
    const url = pathToFileURL(join(folder, "work.js")).href;
    const wanted = [{ specifier: url, importer: url, via: "import" as const }];
    const { bytes } = await bundlePackages(wanted);
    expect((await namesIn(bytes)).sort()).toEqual([
      "lib/help.js",
      "node_modules/tool/index.js",
      "node_modules/tool/package.json",
      "package.json",
      "words.txt",
      "work.js",
    ]);
    const manifest = (await decodePackages(bytes, "test")).files?.files.find(({ path }) => path === "package.json");
    expect(JSON.parse(Buffer.from(manifest?.bytes ?? []).toString())).toEqual({ name: "mine", type: "module" });
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      expect.stringMatching(/work\.js seems to open files beside itself/),
    ]);
    const { load } = await bundleAndLeave(folder, [["import", url]]);
    expect(((await load("import", url)) as Loose).text()).toBe("tool words");
  });
});

describe("a module of the user's in TypeScript", () => {
  it("is refused beside packages as files, with what to give instead", async () => {
    const folder = newProject({
      "work.ts": "import { place } from 'tool'; export const work = (x: number) => [x, place];",
      ...packageFiles("tool", "exports.place = __dirname;"),
    });
    const url = pathToFileURL(join(folder, "work.ts")).href;
    await expect(bundlePackages([{ specifier: url, importer: url, via: "import" }])).rejects.toThrow(
      /Cannot capture \S+work\.ts: .*TypeScript, and uses packages that travel as files \(tool\).* Give the URL of the built file\./,
    );
  });
});

describe("what does not fit", () => {
  const files = {
    ...packageFiles("large", "exports.place = __dirname;"),
    "node_modules/large/data.bin": "x".repeat(4096),
  };

  it("is refused before anything is stored, with the largest packages and what to do", async () => {
    const wanted = wantedOf(newProject(files), [["require", "large"]]);
    await expect(bundlePackages(wanted, [], { diskBytes: 4096 })).rejects.toThrow(
      /Cannot capture large: .*take 0\.0 MiB \(large 0\.0 MiB, …\), and the worker's disk has 0\.0 MiB\. .*ephemeralStorageMb.*nodewren layer large/,
    );
    expect((await bundlePackages(wanted, [], { diskBytes: 8192 })).digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("packages as files are kept", () => {
  it("until a file of them changes, or one comes or goes", async () => {
    const folder = newProject({
      ...packageFiles("pack", "exports.place = __dirname;"),
      "node_modules/pack/a.txt": "a",
    });
    const uses: Use[] = [["require", "pack"]];
    const first = await bundlePackages(wantedOf(folder, uses));
    expect(await bundlePackages(wantedOf(folder, uses))).toBe(first);
    writeFileSync(join(folder, "node_modules/pack/a.txt"), "longer");
    const second = await bundlePackages(wantedOf(folder, uses));
    expect(second.digest).not.toBe(first.digest);
    writeFileSync(join(folder, "node_modules/pack/b.txt"), "b");
    expect(await namesIn((await bundlePackages(wantedOf(folder, uses))).bytes)).toContain("node_modules/pack/b.txt");
    rmSync(join(folder, "node_modules/pack/b.txt"));
    expect((await bundlePackages(wantedOf(folder, uses))).digest).toBe(second.digest);
  });
});
