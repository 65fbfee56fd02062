import { describe, expect, it } from "vitest";
import { statementsIn } from "../../../../src/capture/packages/statements.js";
import { parseScript } from "../../../../src/capture/source/parse.js";

const IMPORTS = 'import pack, { part, setUp } from "pack"; import * as all from "all"; import own from "./own.js";';

/** The statements that are found after some imports, with the packages that they name. */
function found(code: string): [text: string, specifiers: string[], isSure: boolean][] {
  const text = `${IMPORTS}\n${code}`;
  const tree = parseScript(text, true);
  if (!tree) throw new Error("no JavaScript");
  return statementsIn(tree).map(({ start, end, specifiers, isSure }) => [text.slice(start, end), specifiers, isSure]);
}

describe("a statement may change a package", () => {
  it.each([
    ["pack.anything(1)", "pack"],
    ["part()", "pack"],
    ["await all.start()", "all"],
    ["void pack.go()", "pack"],
    ["own && pack.go()", "pack"],
    ["pack.make().use(1)", "pack"],
    ["new pack.Plugin()", "pack"],
    ["pack.level = 1", "pack"],
    ["pack.a.b.count++", "pack"],
    ["delete all.defaults.x", "all"],
    ["Object.assign(pack.defaults, {})", "pack"],
    ["Reflect.defineProperty(part, 'x', {})", "pack"],
    ["configure(pack)", "pack"],
    ["setUp(1)", "pack"],
  ])("%s", (code, name) => {
    expect(found(`${code};`).map(([, specifiers]) => specifiers)).toContainEqual([name]);
  });

  it.each([
    ["an import without names", 'import "effects";', "effects"],
    ["a call that loads it and no more", 'require("effects");', "effects"],
    ["a variable of it", "const { defaults } = pack; defaults.x = 1;", "pack"],
    ["a variable of it, from require", 'const p = require("other"); p.level = 2;', "other"],
    [
      "what compilers make of an import",
      'const p_1 = __importDefault(require("other")); p_1.default.level = 2;',
      "other",
    ],
    ["what compilers make of a call", 'const p = require("other"); (0, p.register)(1);', "other"],
    ["a decorator, as compilers write it", '__decorate([part("x")], own.prototype, "y");', "pack"],
    ["a result that is kept", "const env = pack.configure({});", "pack"],
    ["a function that is handed on", "const done = [1].map(pack.register);", "pack"],
    ["within a function", "function later() { pack.extend(1); }", "pack"],
    ["in an arrow of a loop", "[1].forEach((one) => pack.use(one));", "pack"],
  ])("%s", (_kind, code, name) => {
    expect(found(code).map(([, specifiers]) => specifiers)).toContainEqual([name]);
  });

  it("handed to a function of the program, whose text does not tell which", () => {
    expect(found("function prepare(p) { p.extend(1); }")).toEqual([["p.extend(1)", [], false]]);
    expect(found("own.register(1);")).toEqual([["own.register(1)", [], false]]);
  });
});

it.each([
  "const made = pack.make(1);",
  "const sum = pack.total(1) + part(2);",
  "export default () => pack.parse('x');",
  "console.log(pack, pack.version);",
  "const settings = {}; settings.level = pack.level;",
  "const list = new Map(); list.set(1, 2);",
  "function later(part) { part.level = 1; }",
  "const date = () => { const later = all.setHours(1, 2); return later; };",
  "class Mine extends pack.Base { go() { this.x = 1; } }",
])("no change: %s", (code) => {
  expect(found(code)).toEqual([]);
});

it("only what has no other purpose has variables compared", () => {
  expect(found("const More = pack.extend(1);")).toEqual([["pack.extend(1)", ["pack"], false]]);
  expect(found("pack.extend(1);")).toContainEqual(["pack.extend(1)", ["pack"], true]);
});
