/**
 * Code of packages that travel by value, as it reads its process and loads its own files; and what only this process has.
 *
 * @module-tag long
 */
import { describe, expect, it } from "vitest";
import { packageFiles } from "../../../support/package-projects.js";
import { expectEqual, MANY_PROGRAMS_MS, outcomeOf, outcomesOf } from "../../../support/programs-with-packages.js";

/** `file` is another file of a package that `packageFiles` writes. */
const beside = (name: string, file: string, code: string) => ({ [`node_modules/${name}/${file}`]: code });

/** Reads its process in the ways of packages for terminals, and has a level that the program sets. */
const terminal = packageFiles(
  "terminal-pack",
  `const { env, argv } = process; const https = require("node:https"); const util = require("node:util");
  let level = 0; const out = process.stdout; const proc = process;
  exports.setLevel = (n) => { level = n; };
  const old = util.deprecate(() => level, "old is old"); const wait = util.promisify((done) => done(null, level));
  exports.show = async (x) => [level, "NO_COLOR" in env, env.WREN_LEVEL, argv.includes("--color"), argv[0].length > 0,
    typeof out.write, proc.pid > 0, Object.keys(https.globalAgent.options).length > 0, https.globalAgent.maxSockets, old(), await wait()];`,
);

/** Loads its files when they are asked for. */
const lazy = {
  ...packageFiles(
    "lazy-pack",
    `const state = { level: 1, words: {} }; module.exports = { state, set(n) { state.level = n; }, level: () => state.level,
      same: () => require("./level.js").state() === state, double: () => require("./double.js").double(),
      word: (name) => { try { require("./words/" + name); } catch { return "none"; } return state.words[name]; },
      load: (name) => [require][0](name), has: () => Boolean(module && module.exports) };`,
  ),
  ...beside("lazy-pack", "level.js", `const main = require("./index.js"); exports.state = () => main.state;`),
  ...beside(
    "lazy-pack",
    "double.js",
    `const { state } = require("./level.js"); exports.double = () => state().level * 2;`,
  ),
  ...beside("lazy-pack", "words/de.js", `require("../index.js").state.words.de = "Pfau";`),
} as Record<string, string>;

/** Makes things for the program, and finds them again by their names. */
const registry = packageFiles(
  "made-pack",
  `const kept = { models: {} }; const count = { made: 0 };
  module.exports = { kept, model(name) { count.made++; return (kept.models[name] = function model() { return name + count.made; }); } };`,
) as Record<string, string>;

it("reads the process as it does where a worker loads it", { timeout: MANY_PROGRAMS_MS }, async () => {
  await expectEqual({
    "its own streams, arguments and environment": {
      code: `process.env.WREN_LEVEL = "7"; import p from "terminal-pack"; p.setLevel(2); await report((x) => p.show(x));`,
      files: terminal as Record<string, string>,
    },
  });
});

describe("loads its own files", () => {
  it("that are not loaded yet with the modules that travel", { timeout: MANY_PROGRAMS_MS }, async () => {
    const program = (fn: string) => ({
      code: `import p from "lazy-pack"; p.set(5); await report(${fn});`,
      files: lazy,
    });
    await expectEqual({
      "by a name that is written out": program("() => [p.same(), p.double(), p.level()]"),
      "by a name that is put together": program(`() => [p.word("de"), p.word("de"), p.word("none"), p.level()]`),
      "by a require that is handed on": program(`() => [p.load("./double").double(), p.load("node:path").sep]`),
      "and asks whether it is a module": program("() => [p.has(), p.level()]"),
      "one of which is loaded": {
        code: `import p from "lazy-pack"; p.set(5); p.word("de"); await report(() => [p.word("de"), p.double()]);`,
        files: lazy,
      },
    });
  });

  it("from the package that a worker loads, where only a closure of it travels", async () => {
    await expectEqual({
      "by a name that is written out": {
        code: `import { make } from "half-pack"; const made = make(3); await report(() => made());`,
        files: {
          ...packageFiles("half-pack", `exports.make = (n) => () => n + require("./more.js").more;`),
          ...beside("half-pack", "more.js", "exports.more = 4;"),
        } as Record<string, string>,
        byReference: "./more.js",
      },
    });
  });
});

it("what loading a file for its effect did to a package comes with it, and is not done again", async () => {
  await expectEqual({
    "by an import without names": {
      code: `import "lazy-pack/words/de.js"; import p from "lazy-pack"; p.set(2); await report(() => [p.word("de"), p.level()]);`,
      files: lazy,
    },
  });
});

it("what a package made for the program is not looked for in a worker's copy", async () => {
  const [kept, found] = await outcomesOf([
    { code: `import p from "made-pack"; const A = p.model("a"); await report(() => A());`, files: registry },
    { code: `import p from "made-pack"; p.model("a"); await report(() => p.kept.models.a());`, files: registry },
  ]);
  expect(kept).toEqual({ here: "a1", there: "a1", packages: [] });
  expect(found).toEqual({ here: "a1", there: "a1", packages: [] });
});

it("says where a package keeps what cannot travel with it", async () => {
  const code = `const kept = { models: {} };
    module.exports = { kept, model(name) { const work = new Promise(() => {}); return (kept.models[name] = function model() { return work; }); } };`;
  const { path, reason } = await outcomeOf(
    `import p from "pending-pack"; const A = p.model("a"); await report(() => A());`,
    packageFiles("pending-pack", code) as Record<string, string>,
  );
  expect(path).toBe("A");
  expect(reason).toMatch(
    /^the package pending-pack made it for this program and keeps it at .*\.kept\.models\.a, where/,
  );
});
