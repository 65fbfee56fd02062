import * as acorn from "acorn";
import ms from "ms";
import { describe, expect, it } from "vitest";
import { comesFromPackage } from "../../../../src/capture/identity/imported-from.js";

describe("a value that was imported under a package's name", () => {
  it.each<[string, unknown, string, string]>([
    ["is known by its code", ms, "ms", "default"],
    ["is known as a member of a loaded module", acorn.tokTypes, "acorn", "tokTypes"],
    ["is known as a whole module", acorn, "acorn", "*"],
    ["is known as a primitive", acorn.version, "acorn", "version"],
  ])("%s", (_name, value, name, imported) => {
    expect(comesFromPackage(value, name, imported)).toBe(true);
  });

  it.each<[string, unknown, string, string]>([
    ["a function of the program's", () => 1, "ms", "default"],
    ["an object of the program's", { a: 1 }, "acorn", "tokTypes"],
    ["an object of the program's as a whole", { parse: acorn.parse }, "acorn", "*"],
    ["an object of another name", acorn.tokTypes, "acorn", "tokContexts"],
    ["an object of a package that is not loaded", { a: 1 }, "no-such-package", "default"],
  ])("is not taken for the package's when an alias led to %s", (_name, value, name, imported) => {
    expect(comesFromPackage(value, name, imported)).toBe(false);
  });
});
