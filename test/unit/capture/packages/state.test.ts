/** Programs that change what packages keep, each a process of its own with a real worker. */
import { describe, expect, it } from "vitest";
import { packageFiles } from "../../../support/package-projects.js";
import { expectEqual, MANY_PROGRAMS_MS, outcomeOf } from "../../../support/programs-with-packages.js";

/** A package that uses another one, which its manifest does not name. */
function silentPack(form: "esm" | "cjs"): Record<string, string> {
  return packageFiles(
    "silent-pack",
    form === "esm"
      ? `import { Shape } from "members-pack"; export const describe = () => new Shape().describe();`
      : `const { Shape } = require("members-pack"); exports.describe = () => new Shape().describe();`,
    form === "esm" ? { type: "module", exports: { ".": "./index.js" } } : {},
  ) as Record<string, string>;
}

it("a package whose state the program changed travels by value", {
  tags: ["long"],
  timeout: MANY_PROGRAMS_MS,
}, async () => {
  await expectEqual({
    "a variable": { code: `import p from "variable-pack"; p.setDigits(4); await report((x) => p.show(x));` },
    "a variable, by a named import": {
      code: `import { setDigits, show } from "variable-pack"; setDigits(4); await report((x) => show(x));`,
    },
    "a variable, one of many": {
      code: `import { setLevel, sum } from "many-variables-pack"; setLevel(4); await report(() => sum());`,
    },
    "a variable, one of many in CommonJS": {
      code: `import p from "many-variables-cjs-pack"; p.setLevel(4); await report(() => p.sum());`,
    },
    "a member": { code: `import p from "members-pack"; p.settings.level = 5; await report(() => p.name());` },
    "a member, through a variable": {
      code: `import p from "members-pack"; const { settings } = p; settings.level++; await report(() => p.name());`,
    },
    "a member, through Object.assign": {
      code: `import p, { settings } from "members-pack"; Object.assign(settings, { level: 9 }); await report(() => p.name());`,
    },
    "a member that is taken away": {
      code: `import p from "members-pack"; delete p.settings.level; await report(() => p.name());`,
    },
    "a registry": {
      code: `import p, { settings } from "members-pack"; settings.tags.set("mine", 1); await report(() => p.name());`,
    },
    "a prototype": {
      code: `import { Shape } from "members-pack"; Shape.prototype.describe = () => "mine"; await report(() => new Shape().describe());`,
    },
    "a prototype, by a plugin": {
      code: `import { Shape } from "members-pack"; Shape.extend((c) => { c.prototype.area = () => 1; }); await report(() => new Shape().area());`,
    },
    "a global variable": { code: `import g from "global-pack"; g.note(1); await report(() => g.noted());` },
    "a global variable that the function changes": {
      code: `import g from "global-pack"; g.note(1); await report(() => { g.note(2); return globalThis.__noted_in_toy.length + g.noted(); });`,
    },
    "a time since which it counts": {
      code: `import p from "times-pack"; p.setTimes(1_700_000_000_000, 2.5); await report(() => p.since());`,
    },
    "a time that it waits": {
      code: `import p from "times-pack"; p.setTimes(1_420_070_400_000, 0.75); await report(() => p.wait());`,
    },
    "a global variable of the program's, read by a package that another one imports without saying so": {
      code: `globalThis.__level_of_toy = 3; const p = await import("silent-pack"); globalThis.__level_of_toy = 4; await report(() => p.levels());`,
      files: packageFiles(
        "silent-pack",
        `import g from "global-reader-pack"; export const levels = () => g.levels();`,
        { type: "module", exports: { ".": "./index.js" } },
      ) as Record<string, string>,
    },
    "a global variable of the program's": {
      code: `globalThis.__level_of_toy = 3; const g = (await import("global-reader-pack")).default;
        globalThis.__level_of_toy = 4; await report(() => g.levels());`,
    },
    "an object behind bound methods": {
      code: `import { setAuto, run } from "bound-pack"; setAuto(false); await report(() => run());`,
    },
    "by a function that is named for it, of a package that the text does not name": {
      code: `const load = (name) => import(name); const p = (await load("variable-pack")).default; p.configure(4); await report((x) => p.show(x));`,
    },
    "by a function that is handed on": {
      code: `import * as p from "variable-pack"; const set = p.default.setDigits; const kept = [3].map(set); await report((x) => p.default.show(x));`,
    },
    "within a function that ran": {
      code: `import p from "variable-pack"; function start() { p.setDigits(5); } start(); await report((x) => p.show(x));`,
    },
    "once, by the function itself": {
      code: `import p from "variable-pack"; let ready = false;
        const fn = (x) => { if (!ready) { p.setDigits(5); ready = true; } return p.show(x); }; fn(1); await report(fn);`,
    },
    "in a loop's arrow": {
      code: `import p from "variable-pack"; [6].forEach((n) => p.setDigits(n)); await report((x) => p.show(x));`,
    },
    "by another package that is handed it": {
      code: `import { Shape } from "members-pack"; import { install } from "installer-pack"; install(Shape); await report(() => new Shape().volume());`,
    },
    "by an import without names": {
      code: `import "patch-pack"; import { Shape } from "members-pack"; await report(() => new Shape().area());`,
      byReference: ["members-pack", "patch-pack"],
    },
    "in a package that a captured one needs": {
      code: `import p from "variable-pack"; import o from "outer-pack"; p.setDigits(4); await report((x) => o.price(x));`,
    },
    "in a package that another one imports without saying so": {
      code: `import { Shape } from "members-pack"; import { describe } from "silent-pack"; Shape.prototype.describe = () => "mine";
        await report(() => [describe(), new Shape().describe()]);`,
      files: silentPack("esm"),
    },
    "in a package that another one requires without saying so": {
      code: `import { Shape } from "members-pack"; import { describe } from "silent-pack"; Shape.prototype.describe = () => "mine";
        await report(() => [describe(), new Shape().describe()]);`,
      files: silentPack("cjs"),
    },
    "that was loaded by require": {
      code: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);
        const p = require("variable-pack"); p.setDigits(4); await report((x) => p.show(x));`,
    },
    "in another module of the program": {
      code: `import "./set-up.mjs"; import p from "variable-pack"; await report((x) => p.show(x));`,
      files: { "set-up.mjs": `import p from "variable-pack"; p.setDigits(4);` },
    },
    "by a function of the program that is handed the package": {
      code: `import { prepare } from "./set-up.mjs"; import { Shape } from "members-pack"; const done = prepare(Shape);
        await report(() => new Shape().area());`,
      files: {
        "set-up.mjs": "export function prepare(shape) { shape.extend((c) => { c.prototype.area = () => 2; }); }",
      },
    },
  });
});

it("a package whose state was changed where it does not show travels by value", {
  tags: ["long"],
  timeout: MANY_PROGRAMS_MS,
}, async () => {
  await expectEqual({
    "a private static field": {
      code: `import { Skin } from "hidden-pack"; Skin.paint("red"); await report(() => new Skin().color);`,
    },
    "a private field of an exported object": {
      code: `import { dial } from "hidden-pack"; dial.turn(3); await report(() => dial.read());`,
    },
    bytes: { code: `import { bytes, read } from "hidden-pack"; bytes[1] = 7; await report(() => read());` },
    "a getter that is replaced": {
      code: `import { shape } from "hidden-pack"; Object.defineProperty(shape, "area", { get: () => 2, enumerable: true, configurable: true });
        await report(() => shape.area);`,
    },
    "an object that is frozen": {
      code: `import { limits, raise } from "hidden-pack"; Object.freeze(limits); await report(() => raise(5));`,
    },
    "a variable of one of two closures with the same text": {
      code: `import { second } from "hidden-pack"; second.set(2); await report(() => second.get());`,
    },
    "an entry of a WeakMap": {
      code: `import { note, noted } from "hidden-pack"; note("mine"); await report(() => noted());`,
    },
    "the handler of a proxy": {
      code: `import { answer, lens } from "hidden-pack"; answer(() => "mine"); await report(() => lens.a);`,
    },
    "a count that it exports": {
      code: `import { count, raise } from "live-pack"; raise(); raise(); await report(() => count);`,
    },
    "a count that it exports, which the function itself changes": {
      code: `import { count, raise } from "live-pack"; await report(() => { raise(); return count; });`,
    },
    "a count that it exports, through its namespace": {
      code: `import * as p from "live-pack"; p.raise(); await report(() => p.count);`,
    },
  });
});

it("a package stays by reference", { tags: ["long"] }, async () => {
  await expectEqual({
    "that is only used": {
      code: `import p from "variable-pack"; console.error(p.show(1)); await report((x) => p.show(x));`,
      byReference: "variable-pack",
    },
    "whose caches fill up": {
      code: `import { twice } from "cache-pack"; twice(1); twice(2); await report((x) => twice(x));`,
      byReference: "cache-pack",
    },
    "that knows when it was loaded": {
      code: `import { twice, age } from "cache-pack"; twice(1); await report(() => age());`,
      byReference: "cache-pack",
    },
    "that was changed back": {
      code: `import p from "variable-pack"; p.setDigits(4); p.setDigits(2); await report((x) => p.show(x));`,
      byReference: "variable-pack",
    },
    "that is changed inside the function": {
      code: `import p from "variable-pack"; await report((x) => { p.setDigits(4); return p.show(x); });`,
      byReference: "variable-pack",
    },
    "that each call changes first, as the program did, too": {
      code: `import p from "variable-pack"; const fn = (x) => { p.setDigits(4); return p.show(x); }; fn(1); await report(fn);`,
      byReference: "variable-pack",
    },
    "whose short names stand for one thing here and another there": {
      code: `import p from "short-pack"; const setup = () => p.extend((o) => { o.more = 1; }); await report((x) => [p.show(x), typeof setup]);`,
      files: packageFiles(
        "short-pack",
        `!function(t,e){module.exports=e()}(this,function(){var t=1e3,e=2,n=function(t){return function(){return t}},o=function(n){return n*t*e};return{show:o,list:[n([1]),n([2])],extend:function(t){t(o)}}});`,
      ) as Record<string, string>,
      byReference: "short-pack",
    },
    "beside one that was changed": {
      code: `import p from "variable-pack"; import { twice } from "cache-pack"; p.setDigits(4); await report((x) => twice(x));`,
      byReference: "cache-pack",
    },
    "of which a closure travels that needs constants only": {
      code: `import { steps, total } from "counter-pack"; const step = steps(); await report(() => [step(), total()]);`,
      byReference: "counter-pack",
    },
  });
});

it("what an object of a package holds, and the package exports, is the worker's own", { tags: ["long"] }, async () => {
  const { there, here, packages } = await outcomeOf(
    `import { Length, UNITS } from "units-pack"; const long = new Length(2, "m");
     await report(() => [long.isMetric(), long.unit === UNITS.m, long.inMetres(), new Length(1, "ft").inMetres()]);`,
  );
  expect(there).toEqual(here);
  expect(packages).toEqual(["units-pack", expect.stringMatching(/units-pack\/index\.js$/)]);
});

it("an object of a package and its exports are of one copy", { tags: ["long"] }, async () => {
  await expectEqual({
    "assigned variables": {
      code: `import { make, total } from "counter-pack"; const c = make(); await report(() => { c.inc(); return total(); });`,
    },
    "a pool": {
      code: `import { Name } from "pool-pack"; const page = Name.of("page"); await report(() => Name.of("page") === page);`,
    },
    "a pool, through a collection": {
      code: `import { Name } from "pool-pack"; const seen = new Set([Name.of("a")]); await report(() => seen.has(Name.of("a")));`,
    },
    "a pool in a private field": {
      code: `import { Name } from "private-pool-pack"; const page = Name.of("page"); await report(() => Name.of("page") === page);`,
    },
    "a table that it exports, with what the program had it add": {
      code: `import { define, Length } from "units-pack"; const made = define("yd", 0.9144); const long = new Length(2, made.name);
        await report(() => [long.inMetres(), new Length(1, "yd").unit === long.unit]);`,
    },
    "a table that it exports, with what the program had it change": {
      code: `import { redefine, Length } from "units-pack"; const to = redefine("m", 2); const long = new Length(2, "m");
        await report(() => [to, long.inMetres(), new Length(3, "m").inMetres(), long.isMetric()]);`,
    },
    "a prototype that is filled late": {
      code: `import { Text } from "late-pack"; const text = new Text("abc"); await report(() => text.size());`,
    },
  });
});

describe("byValue", () => {
  it("takes packages along", { tags: ["long"] }, async () => {
    await expectEqual({
      "that are named": {
        code: `import p from "variable-pack"; await report((x) => p.show(x), { byValue: ["variable-pack"] });`,
      },
      "and none of those beside them, whose names are as long": {
        code: `import { none, isNone } from "none-pack"; import { Name } from "pool-pack"; const it = none();
          await report((x) => [isNone(it), Name.of(x).text], { byValue: ["none-pack"] });`,
        byReference: "pool-pack",
      },
      "and those that need them": {
        code: `import o from "outer-pack"; await report((x) => o.price(x), { byValue: ["variable-pack"] });`,
      },
    });
  });

  it.each([
    ["no-such-pack", /no-such-pack, which is not installed/],
    ["addon-pack", /addon-pack, which is a native addon \(build.addon\.node\)/],
  ])("refuses %s by name", async (name, message) => {
    const outcome = await outcomeOf(`await report((x) => x, { byValue: [${JSON.stringify(name)}] });`);
    expect(outcome.name).toBe("OptionError");
    expect(outcome.message).toMatch(message);
  });

  it("refuses code that would load another copy", { tags: ["long"] }, async () => {
    const code = `import p from "variable-pack";
      await report(async (x) => [p.quiet(x), await import("variable-pack")], { byValue: ["variable-pack"] });`;
    const { path, reason } = await outcomeOf(code);
    expect(path).toBe('import("variable-pack")');
    expect(reason).toMatch(/another copy/);
  });
});

describe("is refused, naming the user's variable and statement:", () => {
  it("state in a global variable that cannot travel", async () => {
    const outcome = await outcomeOf(
      `import g from "global-pack";\ng.note(new WeakRef({}));\nawait report(() => g.noted());`,
    );
    expect(outcome).toMatchObject({ name: "CaptureError", path: "g" });
    expect(outcome.reason).toMatch(
      /package global-pack, by `g\.note\(new WeakRef\(\{\}\)\)` \(file:.*main\.mjs:2\).*because of g\.noted.*__noted_in_toy\[0\]/,
    );
    expect(outcome.hint).toMatch(/inside the function/);
  });

  it("a changed package that cannot travel by value, with both reasons", async () => {
    const code = `import p from "variable-pack"; p.setDigits(4); p.socket = new WeakRef({}); await report((x) => [p.socket, p.show(x)]);`;
    const { path, reason } = await outcomeOf(code);
    expect(path).toBe("p");
    expect(reason).toMatch(/may have changed the package variable-pack.*cannot travel by value, because of p\.socket/);
  });
});
