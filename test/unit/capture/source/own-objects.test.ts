import { describe, expect, it } from "vitest";
import { namesOfOwnObjects } from "../../../../src/capture/source/own-objects.js";
import { parseScript } from "../../../../src/capture/source/parse.js";
import { scopesOfNode } from "../../../../src/capture/source/static-scopes.js";

function ownIn(text: string): string[] {
  const tree = parseScript(text, false);
  const [scope] = tree ? scopesOfNode(tree, undefined) : [];
  return scope ? [...namesOfOwnObjects(scope)] : [];
}

describe("what each activation of a scope makes anew", () => {
  it.each([
    ["const a = {}; const b = []; const c = () => 1; const d = class {};", ["a", "b", "c", "d"]],
    ["const a = f(), b = 1, c = new Map();", []],
    ["let a = {}; let b = {}; function f() { b = 1; }", ["a", "f"]],
    ["function f() {} function g() {} class A {}", ["f", "g", "A"]],
    ["function f() {} f = other;", []],
    ["function f() {} ({ f } = other);", []],
    ["function f() {} [...f] = other;", []],
    ["function f() {} for (f of list) {}", []],
    ["function f() {} var f;", []],
    ["class A {} () => { A++ };", []],
    ["function f() {} function g() { eval('f = 1'); } const a = {};", ["a"]],
  ])("%s", (text, names) => {
    expect(ownIn(text)).toEqual(names);
  });
});
