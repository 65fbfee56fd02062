/**
 * `nodewren layer`: packages that npm installs for another system, and that workers find in a layer.
 *
 * @module-tag long
 */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { nodewren } from "../support/cli.js";
import { newCloud } from "../support/cloud.js";
import { newFolder } from "../support/folders.js";
import { elfFile } from "../support/native-files.js";
import { root } from "../support/run-script.js";

function writeFiles(folder: string, files: Record<string, string | Uint8Array>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Packages to install, with no registry: a tool with a part for each of two systems. */
function newPackages() {
  const folder = realpathSync(newFolder());
  const part = (arch: "x64" | "arm64") => ({
    [`part-${arch}/package.json`]: JSON.stringify({
      name: `part-linux-${arch}`,
      version: "1.0.0",
      os: ["linux"],
      cpu: [arch],
    }),
    [`part-${arch}/part.node`]: elfFile({ arch }),
    [`part-${arch}/notes.md`]: "for people",
  });
  const parts = ["x64", "arm64"].map((arch) => [`part-linux-${arch}`, `file:${join(folder, `part-${arch}`)}`]);
  writeFiles(folder, {
    ...part("x64"),
    ...part("arm64"),
    "tool/package.json": JSON.stringify({
      name: "tool",
      version: "1.2.3",
      type: "module",
      exports: "./index.js",
      optionalDependencies: Object.fromEntries(parts),
    }),
    "tool/index.js": "export const where = () => import.meta.url;",
    "tool/run.sh": "#!/bin/sh",
    "compiled/package.json": JSON.stringify({
      name: "compiled",
      version: "1.0.0",
      scripts: { install: "node fetch.js || node-gyp rebuild" },
    }),
    "compiled/binding.gyp": "{}",
    "compiled/fetch.js": "process.exit(require('fs').existsSync('no such file') ? 0 : 1);",
    "fetched/package.json": JSON.stringify({
      name: "fetched",
      version: "1.0.0",
      scripts: { install: "node fetch.js" },
    }),
    "fetched/binding.gyp": "{}",
    "fetched/fetch.js": `
      const { npm_config_platform, npm_config_arch } = process.env;
      const from = ${JSON.stringify(folder)} + "/part-" + npm_config_arch + "/part.node";
      require("fs").copyFileSync(from, npm_config_platform + ".node");`,
  });
  return { spec: (name: string) => `${name}@file:${join(folder, name)}`, folder };
}

const namesIn = (zip: string) => Object.keys(unzipSync(readFileSync(zip))).sort();

describe("as a zip file", () => {
  it("has what npm installs on the workers' system, for Lambda to find", async () => {
    const { spec } = newPackages();
    const cwd = newFolder();
    const env = { NODEWREN_LAMBDA_ARCHITECTURE: "x86_64" };
    const { code, stdout, stderr } = await nodewren(cwd, ["layer", spec("tool"), "--out", "layer.zip"], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Wrote layer\.zip: tool, .* KiB, unzipped .*\.\n$/);
    const part = "part-linux-x64";
    expect(namesIn(join(cwd, "layer.zip"))).toEqual(
      [`${part}/package.json`, `${part}/part.node`, "tool/index.js", "tool/package.json", "tool/run.sh"].map(
        (name) => `nodejs/node_modules/${name}`,
      ),
    );
  });

  it("has an addon that its package fetches for the system", async () => {
    const { spec } = newPackages();
    const cwd = newFolder();
    const layer = (isOff: boolean) =>
      nodewren(cwd, ["layer", spec("fetched"), "--out", "layer.zip"], { npm_config_ignore_scripts: String(isOff) });
    expect((await layer(true)).stderr).toMatch(
      /ignore-scripts keeps it .*npm_config_ignore_scripts=false npx nodewren layer fetched\n$/,
    );
    expect((await layer(false)).stderr).toBe("");
    expect(namesIn(join(cwd, "layer.zip"))).toContain("nodejs/node_modules/fetched/linux.node");
  });

  it("is refused for an addon that would have to be compiled there", async () => {
    const { spec } = newPackages();
    const env = { npm_config_ignore_scripts: "false" };
    const ran = await nodewren(newFolder(), ["layer", spec("compiled"), "--out", "layer.zip"], env);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/The addon of compiled cannot be built here for the worker \(linux-arm64, glibc/);
  });

  it("is refused with npm's own words for a package that there is none of", async () => {
    const ran = await nodewren(newFolder(), ["layer", "none@file:/no/such/folder", "--out", "layer.zip"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/npm install failed: .*\n.*ENOENT/s);
  });
});

describe("in the cloud", () => {
  it("is published, configured and deployed, and workers load its packages", { timeout: 240_000 }, async () => {
    const cloud = await newCloud();
    const { spec, folder } = newPackages();
    const project = realpathSync(newFolder());
    writeFiles(project, {
      "package.json": '{"type":"module"}',
      "nodewren.config.ts":
        'import { defineConfig } from "nodewren";\n\nexport default defineConfig({\n  backend: "lambda",\n});\n',
      "node_modules/nodewren/package.json": '{"name":"nodewren","exports":"./index.js"}',
      "node_modules/nodewren/index.js": "exports.defineConfig = (config) => config;",
      // Here it is of the wrong system, as on a developer's machine; only the name matters.
      "node_modules/tool/package.json": readFileSync(join(folder, "tool/package.json")),
      "node_modules/tool/index.js": "export const where = () => 'here';",
      "node_modules/user/package.json": '{"name":"user","type":"module","exports":"./index.js"}',
      "node_modules/user/index.js":
        "import { where } from 'tool'; export { where }; export const { url } = import.meta;",
      "main.js": `
        import { Executor } from ${JSON.stringify(join(root, "dist/src/index.js"))};
        import { where } from "tool";
        import * as user from "user";
        const executor = new Executor({ progress: false });
        console.log(JSON.stringify(await executor.call(() => [where(), user.where === where]).catch((e) => e.message)));
        await executor.close();`,
    });
    const as = (who: "deployer" | "caller", ...args: string[]) => nodewren(project, args, cloud.env(who));
    const published = await as("deployer", "layer", spec("tool"));
    expect(published).toMatchObject({ code: 0, stderr: "" });
    const arn = "arn:aws:lambda:eu-west-1:123456789012:layer:nodewren-tool";
    expect(published.stdout).toMatch(
      /^created {4}layer nodewren-tool .*\nWrote .* into \S+nodewren\.config\.ts\.\nNext: npx nodewren deploy\n$/,
    );
    expect(readFileSync(join(project, "nodewren.config.ts"), "utf8")).toContain(
      `lambda: {"layers":["${arn}:1"],"packagesOnWorker":["tool"]}`,
    );
    const again = JSON.parse((await as("deployer", "layer", spec("tool"), "--json")).stdout);
    expect(again).toMatchObject({ arn: `${arn}:1`, lambda: { layers: [`${arn}:1`], packagesOnWorker: ["tool"] } });
    expect((await as("deployer", "deploy")).stdout).toMatch(/created {4}function nodewren/);
    const ran = await as("caller", "run", "main.js");
    expect(ran.stderr).toBe("");
    const [where, isSame] = JSON.parse(ran.stdout);
    expect(where).toMatch(/nodejs.node_modules.tool.index\.js$/);
    expect(isSame).toBe(true);
  });

  it("is not built where it could not be configured", async () => {
    const ran = await nodewren(newFolder(), ["layer", "sharp"]);
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no configuration file.*nodewren init.*--out/),
    });
  });
});
