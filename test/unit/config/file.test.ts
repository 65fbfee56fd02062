import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findConfigFile } from "../../../src/config/find-file.js";
import { loadConfig } from "../../../src/config/load.js";
import { newFolder } from "../../support/folders.js";
import { runNode } from "../../support/run-script.js";

function folderWith(files: Record<string, string>): string {
  const folder = newFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const MODULE = `export default { workers: 7 };`;
const TYPED = `import { workers } from "./count.ts";\ninterface C { workers: number }\nexport default { workers } satisfies C;`;
const COUNT = "export const workers: number = 7;";

it.each([
  ["nodewren.config.json", { "nodewren.config.json": '{"workers":7}' }],
  ["nodewren.config.mjs", { "nodewren.config.mjs": MODULE }],
  ["nodewren.config.cjs", { "nodewren.config.cjs": "module.exports = { workers: 7 };" }],
  ["nodewren.config.js as ES module", { "nodewren.config.js": MODULE, "package.json": '{"type":"module"}' }],
  [
    "nodewren.config.js as CommonJS",
    { "nodewren.config.js": "module.exports = { workers: 7 };", "package.json": "{}" },
  ],
  ["nodewren.config.ts, with a module of its own", { "nodewren.config.ts": TYPED, "count.ts": COUNT }],
  ["nodewren.config.mts", { "nodewren.config.mts": TYPED, "count.ts": COUNT }],
])("reads %s", (_, files) => {
  expect(loadConfig({ cwd: folderWith(files as unknown as Record<string, string>), env: {} }).workers).toBe(7);
});

it("reads a typed file that imports nodewren, in a process of a user", async () => {
  const config = `import { defineConfig } from "nodewren";\nexport default defineConfig({ workers: 5 as number });`;
  const folder = folderWith({ "nodewren.config.ts": config, "package.json": '{"type":"module"}' });
  const { mkdirSync: mkdir, symlinkSync } = await import("node:fs");
  mkdir(join(folder, "node_modules"));
  symlinkSync(process.cwd(), join(folder, "node_modules/nodewren"));
  const url = new URL("../../../dist/src/config/load.js", import.meta.url).href;
  const source = `import { loadConfig } from ${JSON.stringify(url)}; console.log(loadConfig({ env: {} }).workers);`;
  const end = await runNode(["--input-type=module", "--eval", source], { cwd: folder });
  expect(end).toMatchObject({ code: 0, stdout: "5\n" });
});

it.each([["nodewren.config.mjs"], ["nodewren.config.mts"]])(
  "says of %s that it cannot await, which Node and esbuild say of their own calls",
  (name) => {
    const cwd = folderWith({ [name]: "export default { workers: await 7 };" });
    expect(() => loadConfig({ cwd, env: {} })).toThrow(/uses await at its top level, but new Executor\(\) reads it/);
  },
);

it("searches the parents up to the project's top folder, and no further", () => {
  const config = '{"workers":7}';
  const top = folderWith({
    "nodewren.config.json": config,
    "in/deep/x": "",
    "project/package.json": "{}",
    "project/src/x": "",
  });
  expect(findConfigFile(top)).toBe(join(top, "nodewren.config.json"));
  expect(findConfigFile(join(top, "project/src"))).toBeUndefined();
  // Outside of a project, anyone may have put a file into a parent folder.
  expect(findConfigFile(join(top, "in/deep"))).toBeUndefined();
  writeFileSync(join(top, "package.json"), "{}");
  expect(findConfigFile(join(top, "in/deep"))).toBe(join(top, "nodewren.config.json"));
});

it("reads the file that is named, wherever it lies", () => {
  const cwd = folderWith({
    "nodewren.config.json": '{"workers":1}',
    "other.json": '{"workers":2}',
    "third.json": "{}",
  });
  const env = { NODEWREN_CONFIG: "other.json" };
  expect(loadConfig({ cwd, env }).workers).toBe(2);
  expect(loadConfig({ cwd, env, file: "third.json" })).toMatchObject({
    workers: undefined,
    file: join(cwd, "third.json"),
  });
});

it.each([
  [
    { "nodewren.config.json": "{", "nodewren.config.js": "" },
    /has nodewren\.config\.js and nodewren\.config\.json\. Keep one/,
  ],
  [{ "nodewren.config.json": "{" }, /nodewren\.config\.json cannot be read: SyntaxError/],
  [{ "nodewren.config.mjs": "throw new Error('no luck')" }, /nodewren\.config\.mjs cannot be read: Error: no luck/],
  [{ "nodewren.config.mts": "export default {" }, /nodewren\.config\.mts cannot be read/],
  [{ "nodewren.config.mjs": "export default () => ({})" }, /must be an object, but is a function/],
])("says what is wrong with %j", (files, message) => {
  const cwd = folderWith(files as unknown as Record<string, string>);
  expect(() => loadConfig({ cwd, env: {} })).toThrow(expect.objectContaining({ code: "OPTION", option: "config" }));
  expect(() => loadConfig({ cwd, env: {} })).toThrow(message);
});

it("says that a named file is missing", () => {
  const cwd = newFolder();
  expect(() => loadConfig({ cwd, env: { NODEWREN_CONFIG: "none.json" } })).toThrow(
    `There is no configuration file ${join(cwd, "none.json")}.`,
  );
});
