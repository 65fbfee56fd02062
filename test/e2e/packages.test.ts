/**
 * Packages on workers that have neither node_modules nor the user's files.
 *
 * @module-tag long
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FileStore } from "nodewren";
import { beforeAll, describe, expect, it } from "vitest";
import { bundlePackages } from "../../src/bundle/bundle.js";
import { decode } from "../../src/codec/codec.js";
import { decodeAnswer } from "../../src/wire/invocation.js";
import { packagesKey } from "../../src/wire/keys.js";
import { decodeResult } from "../../src/wire/read-result.js";
import { newFolder } from "../support/folders.js";
import { LambdaEnvironment } from "../support/lambda-environment.js";
import { elfFile } from "../support/native-files.js";
import { type Files, newProject, packageFiles } from "../support/package-projects.js";
import { root, runNode, type ScriptResult } from "../support/run-script.js";
import { storeShard } from "../support/stored-shards.js";

const ES_MODULE = { type: "module", exports: "./index.js" };

const PACKAGES = {
  ...packageFiles(
    "esm-pack",
    "export default (x) => x + 1; export const named = (x) => x * 2; export class Tool {}",
    ES_MODULE,
  ),
  ...packageFiles("cjs-pack", "module.exports = (x) => x - 1; module.exports.member = { deep: (x) => -x };"),
  "node_modules/cjs-pack/sub.js": "exports.sub = (x) => 'sub ' + x;",
  ...packageFiles("counter-pack", "let count = 0; exports.next = () => ++count;"),
};

const NETWORK = pathToFileURL(join(root, "test/fixtures/network.mjs")).href;

/** A script beside the packages, which are gone before the first worker runs. */
function projectWith(body: string, files: Files = {}): string {
  const script = `
    import { renameSync } from "node:fs";
    import { createRequire } from "node:module";
    import increment, { named, Tool } from "esm-pack";
    import * as namespace from "esm-pack";
    import cjs, { member } from "cjs-pack";
    import { sub } from "cjs-pack/sub.js";
    import { networkExecutor } from ${JSON.stringify(NETWORK)};
    const require = createRequire(import.meta.url);
    const counter = require("counter-pack");
    const beforeInvoke = () => renameSync(new URL("node_modules", import.meta.url), new URL("gone", import.meta.url));
    const executor = networkExecutor(process.argv[2], { beforeInvoke });
    const print = (value) => console.log(JSON.stringify(value));
    const failure = (error) => ({ name: error.name, message: error.message });
    ${body}
    await executor.close();`;
  return newProject({ ...PACKAGES, ...files, "main.mjs": script });
}

interface Ran extends ScriptResult {
  /** What the script printed. */
  printed: unknown;
  store: string;
}

async function run(project: string): Promise<Ran> {
  const store = join(newFolder(), "store");
  // Workers that are killed leave what they unpacked.
  const env = { TMPDIR: newFolder() };
  const result = await runNode([join(project, "main.mjs"), store], { cwd: newFolder(), env });
  expect(result.stderr).toBe("");
  return { ...result, printed: JSON.parse(result.stdout), store };
}

describe("a job on workers elsewhere", () => {
  it("takes along what the function refers to, in each form", async () => {
    const project = projectWith(`
      const { deep } = member;
      print(await executor.map((x) => [
        increment(x), named(x), namespace.named === named, new Tool() instanceof namespace.Tool,
        cjs(x), cjs.member.deep(x), deep(x), sub(x), typeof counter.next(),
      ], [1, 2]));`);
    const { printed, store } = await run(project);
    expect(printed).toEqual([
      [2, 2, true, true, 0, -1, -1, "sub 1", "number"],
      [3, 4, true, true, 1, -2, -2, "sub 2", "number"],
    ]);
    expect(existsSync(join(project, "node_modules"))).toBe(false);
    expect(readdirSync(join(store, "packages"))).toHaveLength(1);
  });

  it("takes along what the code names, as the same instances", async () => {
    const project = projectWith(`
      print(await executor.call(async () => {
        const esm = await import("esm-pack");
        const { default: imported } = await import(\`cjs-pack\`);
        const path = await import("node:path");
        return [esm.named === named, imported === cjs, require("counter-pack") === counter, path.sep, require("node:path").sep];
      }));`);
    expect((await run(project)).printed).toEqual([true, true, true, "/", "/"]);
  });

  it("takes along a module by its path, with all that it imports", async () => {
    const files = {
      "work.mjs": 'import { helped } from "./helper.mjs"; export const work = (x) => helped(x);',
      "helper.mjs": 'import { named } from "esm-pack"; export const helped = (x) => [named(x), "helped"];',
    };
    const project = projectWith(
      `print(await executor.map({ module: new URL("work.mjs", import.meta.url), name: "work" }, [4]));`,
      files,
    );
    expect((await run(project)).printed).toEqual([[8, "helped"]]);
  });

  it("gives a setup the very copy that the function gets, and takes along what the setup alone uses", async () => {
    const project = projectWith(`
      const setup = () => { for (let i = named(5); i > 0; i--) counter.next(); };
      print(await executor.map(() => counter.next(), [1, 2], { setup, shards: 2 }));`);
    const { printed, store } = await run(project);
    expect(printed).toEqual([11, 12]);
    expect(readdirSync(join(store, "packages"))).toHaveLength(1);
  });

  it("tells of a package that nothing names in a way that can be known", async () => {
    const project = projectWith(`
      const name = "cjs-" + "pack";
      print(await executor.call(() => import(name)).then(() => "found", failure));`);
    expect((await run(project)).printed).toMatchObject({
      name: "CallError",
      message: expect.stringMatching(/package cjs-pack, which file:.*main\.mjs uses, is not on the worker/),
    });
  });

  it("takes along files that packages open, as the same instances in each form", async () => {
    const files = {
      ...packageFiles(
        "font-pack",
        "const fs = require('fs'); exports.lines = []; exports.font = (name) => fs.readFileSync(__dirname + '/fonts/' + name, 'utf8');",
      ),
      "node_modules/font-pack/fonts/serif": "a serif font",
      ...packageFiles(
        "page-pack",
        "import fonts from 'font-pack'; export const { url } = import.meta; export const print = (name) => fonts.lines.push(fonts.font(name)); export { fonts };",
        ES_MODULE,
      ),
    };
    const project = projectWith(
      `
      const { print: printPage, fonts } = await import("page-pack");
      const own = require("font-pack");
      print(await executor.map(async (name) => {
        printPage(name);
        const again = await import("page-pack");
        return [own.lines, fonts === own, again.print === printPage, named(1), again.url.split("/").slice(-2).join("/")];
      }, ["serif"]));`,
      files,
    );
    expect((await run(project)).printed).toEqual([[["a serif font"], true, true, 2, "page-pack/index.js"]]);
  });

  it.each([
    [
      "cannot be loaded without another",
      packageFiles("bad-pack", "import 'not-installed';", ES_MODULE),
      /bad-pack.*Could not resolve "not-installed"/,
    ],
    [
      "is native for another system",
      {
        ...packageFiles("bad-pack", "module.exports = require('./addon.node');"),
        "node_modules/bad-pack/addon.node": elfFile({ arch: "arm64" }),
      },
      /bad-pack.*addon\.node is built for another system.*nodewren layer bad-pack/,
    ],
  ])("stores nothing when a package %s", async (_, files, message) => {
    const project = projectWith(
      `
      const system = { platform: "linux", arch: "x64", libc: "glibc" };
      const elsewhere = networkExecutor(process.argv[2], { limits: { system } });
      print(await elsewhere.call(() => import("bad-pack")).then(() => "ran", failure));
      await elsewhere.close();`,
      files,
    );
    const { printed, store } = await run(project);
    expect(printed).toMatchObject({ name: "CaptureError", message: expect.stringMatching(message) });
    expect(existsSync(join(store, "functions"))).toBe(false);
  });
});

describe("the worker under Lambda's runtime client", () => {
  let store: FileStore;

  beforeAll(() => {
    store = FileStore.temporary();
    return () => store.close();
  });

  /** A function that imports a package, in a request as the host makes it. */
  async function shardOf(code: string, fields = {}) {
    const importer = pathToFileURL(join(newProject(packageFiles("remote-pack", code, ES_MODULE)), "main.mjs")).href;
    const bundle = await bundlePackages([{ specifier: "remote-pack", importer, via: "import" }]);
    const digest = bundle.digest as string;
    await store.putIfAbsent(packagesKey(digest), bundle.bytes);
    // As code of that project: its unit's file is what packages are looked up from.
    const fn = new Function(
      `return async (x) => (await import("remote-pack")).default(x);\n//# sourceURL=${importer}`,
    )() as (x: number) => unknown;
    return storeShard(store, fn, [5], { packagesDigest: digest, packagesRoot: bundle.root, ...fields });
  }

  async function outcomeOf(environment: LambdaEnvironment, request: object) {
    const ended = await environment.invoke(request);
    const given = "answer" in ended ? decodeAnswer(Buffer.from(JSON.stringify(ended.answer))) : undefined;
    if (!given || "failure" in given) return given?.failure ?? ended;
    const { calls } = decodeResult(given.answer.result as Uint8Array, "result");
    return calls.map(({ ok, bytes }) => ({ ok, value: decode(bytes) }));
  }

  it("loads a bundle, one of packages that await at their top level, too", async () => {
    const environment = await LambdaEnvironment.start();
    const plain = await shardOf("export default (x) => x * 10;");
    expect(await outcomeOf(environment, plain)).toEqual([{ ok: true, value: 50 }]);
    const awaiting = await shardOf("const ten = await Promise.resolve(10); export default (x) => x * ten;");
    expect(await outcomeOf(environment, awaiting)).toEqual([{ ok: true, value: 50 }]);
  });

  it("runs nothing of a bundle that was altered", async () => {
    const environment = await LambdaEnvironment.start();
    const request = await shardOf("export default (x) => x * 11;");
    await store.put(packagesKey(request.packagesDigest as string), Buffer.from("//cjs\nglobalThis.ran = 1;"));
    expect(await outcomeOf(environment, request)).toMatchObject({ message: expect.stringMatching(/was altered/) });
  });
});
