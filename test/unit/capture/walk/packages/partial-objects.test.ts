import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Callable, Loose } from "../../../../../src/capture/types.js";
import { newFolder } from "../../../../support/folders.js";
import { callRebuilt } from "../../round-trip.js";

/** A package that wraps exports and require as notebook kernels do, and files of the user's beside it. */
function project(): { kernel: Loose; require: NodeJS.Require; write(name: string, text: string): string } {
  const folder = newFolder();
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  write(
    "node_modules/tslab/index.js",
    `exports.wrap = () => { const target = {}; return new Proxy(target, { defineProperty: (_, key, { value }) => { target[key] = value; return true; } }); };
     exports.wrapRequire = (inner) => new Proxy(inner, { apply: (_, self, args) => (args[0] === "tslab" ? require("./other.js") : inner.apply(self, args)) });`,
  );
  write("node_modules/plum/index.js", "module.exports = (x) => x * 2;");
  const require = createRequire(write("main.js", ""));
  return { kernel: require("tslab"), require, write };
}

function refusal(fn: Callable): string {
  try {
    capture(fn);
  } catch (error) {
    return `${(error as Loose).path}: ${(error as Loose).reason}`;
  }
  throw new Error("it was captured");
}

describe("exports behind a proxy", () => {
  it("give the members that are used, and nothing else of a notebook", async () => {
    const exports = project().kernel.wrap();
    exports.socket = new net.Socket();
    exports.factor = 3;
    exports.scale = (x: number) => x * exports.factor;
    exports.isAbsolute = createRequire(import.meta.url)("node:path").isAbsolute;
    expect(await callRebuilt((x: number) => [exports.scale(x), exports.isAbsolute("/"), exports.no], 2)).toEqual([
      6,
      true,
      undefined,
    ]);
    expect(await callRebuilt(() => ++exports.factor)).toBe(4);
    expect(exports.factor).toBe(3);
    expect(refusal(() => exports.socket.destroyed)).toMatch(/^exports\.socket: /);
    exports.socket.destroy();
  });

  it("keep a proxy of the user's own whole, unless it only lacks what reading needs", async () => {
    const log: string[] = [];
    const target = { a: 1, b: new net.Socket() };
    const counted = new Proxy(target, { set: () => log.push("set") > 0 });
    expect(await callRebuilt(() => counted.a)).toBe(1);
    expect(refusal(() => (counted.a = 2))).toMatch(/^counted\.b: /);
    const trapped = new Proxy(target, { get: (_, key) => log.push(String(key)) });
    expect(refusal(() => trapped.a)).toMatch(/^trapped\.b: /);
    expect(log).toEqual([]);
    target.b.destroy();
  });
});

describe("require", () => {
  it("travels for built-ins and packages by name, a kernel's too", async () => {
    const { kernel, require } = project();
    expect(await callRebuilt(() => [require("node:path").basename("/a/b"), require("plum")(4)])).toEqual(["b", 8]);
    const wrapped = kernel.wrapRequire(require);
    expect(await callRebuilt(() => wrapped("plum")(5))).toBe(10);
  });

  it("gives modules of the program's that are loaded, as they are here", async () => {
    const { require, write } = project();
    write("counter.js", "exports.count = 0; exports.up = () => { exports.count += require('./step.json').by; };");
    write("step.json", '{"by": 2}');
    const counter = require("./counter.js");
    counter.up();
    const fn = () => [
      require("./counter.js").up(),
      counter.count,
      require("./counter.js") === counter,
      require("plum")(2),
    ];
    expect(await callRebuilt(fn)).toEqual([undefined, 4, true, 4]);
    expect(counter.count).toBe(2);
  });

  it("is refused where the files that it would load cannot be known", () => {
    const { require, kernel } = project();
    const name = "plum";
    const load = require;
    const holder = { load };
    expect(refusal(() => require(name))).toMatch(/^require: it is a require function/);
    expect(refusal(() => [load].length)).toMatch(/^load: it is a require function/);
    expect(refusal(() => holder)).toMatch(/^holder\.load: it is a require function/);
    expect(refusal(() => load("./main.js"))).toMatch(/^load: the file \.\/main\.js is not on the worker/);
    const wrapped = kernel.wrapRequire(require);
    expect(refusal(() => wrapped("./main.js"))).toMatch(/^wrapped: the file \.\/main\.js/);
  });
});

describe("a CommonJS module of the user's", () => {
  it("may read its own exports, by either name", async () => {
    const { require, write } = project();
    const file = write(
      "own.cjs",
      `exports.socket = new (require("node:net").Socket)();
       exports.bonus = 2;
       const deep = { value: 40 };
       exports.deep = () => deep.value + module.exports.bonus + exports.bonus;`,
    );
    const own = require(file);
    expect(await callRebuilt(() => own.deep())).toBe(44);
    expect(await callRebuilt(own.deep)).toBe(44);
    own.socket.destroy();
  });

  it("may have been given its module object by a test runner", async () => {
    const { require, write } = project();
    write(
      "node_modules/jest-runtime/index.js",
      `exports.moduleOf = (value) => {
         const wrapped = new Proxy(value, { get: (target, key) => target[key], set: () => true });
         return { get exports() { return wrapped; }, set exports(_) {} };
       };`,
    );
    const module = require("jest-runtime").moduleOf({ bonus: 2, socket: new net.Socket() });
    expect(await callRebuilt(() => module.exports.bonus)).toBe(2);
  });

  it("does not send its module object", () => {
    const { require, write } = project();
    const own = require(write("whole.cjs", "exports.whole = () => module;"));
    expect(refusal(own.whole)).toMatch(/^module: it is the module object of a file/);
  });
});

it("an object of which is only asked whether it is there needs no more than its members that are used", async () => {
  const config = { port: 80, server: net.createServer() };
  const fn = () => [config && config.port, !config, typeof config, (config && config.port) || 1, config ? 1 : 2];
  expect(await callRebuilt(fn)).toEqual([80, false, "object", 80, 1]);
  expect(refusal(() => config || 1)).toMatch(/^config.server/);
  expect(refusal(() => config ?? 1)).toMatch(/^config.server/);
});
