/**
 * What a recipe depends on, and what it does not.
 *
 * @module-tag long
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { captureJob } from "../../../src/host/capture-job.js";
import { type RecipeParts, recipeOf } from "../../../src/host/recipe.js";
import type { JobOptions, ModuleFunction } from "../../../src/options.js";
import { newFolder } from "../../support/folders.js";

function recipe(fn: Function | ModuleFunction, options: JobOptions = {}, parts: Partial<RecipeParts> = {}): string {
  const job = captureJob(fn, { setup: undefined, byValue: undefined, reach: "machine" }, { ...options, cache: true });
  return recipeOf({ job, env: undefined, fold: undefined, ...parts });
}

/** The default export of a module with that text, in a folder and a file of its own. */
async function exported(text: string, name = "module.mjs", folder = newFolder()): Promise<Function> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, text);
  return ((await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default: Function }).default;
}

/** A package of that version, which a module beside it imports. */
async function withPackage(version: string): Promise<Function> {
  const folder = newFolder();
  const inPackage = join(folder, "node_modules", "tiny-pad");
  mkdirSync(inPackage, { recursive: true });
  writeFileSync(join(inPackage, "package.json"), JSON.stringify({ name: "tiny-pad", version, main: "main.cjs" }));
  writeFileSync(join(inPackage, "main.cjs"), "exports.pad = function pad(text) { return text + ' '; };");
  return exported('import { pad } from "tiny-pad";\nexport default (x) => pad(x);', "main.mjs", folder);
}

const scale = (factor: number, table = new Map([["a", { deep: [1, 2] }]])) => {
  class Weigher {
    #own = factor;
    weigh(x: number) {
      return x * this.#own + (table.get("a")?.deep.length ?? 0);
    }
  }
  const weigher = new Weigher();
  return (x: number) => weigher.weigh(x);
};

describe("the recipe of a job", () => {
  it("is the same for closures of one text over equal values, and another for other values", () => {
    expect(recipe(scale(2))).toBe(recipe(scale(2)));
    expect(recipe(scale(2))).not.toBe(recipe(scale(3)));
    expect(recipe(scale(2, new Map([["a", { deep: [1, 2] }]])))).toBe(recipe(scale(2)));
    expect(recipe(scale(2, new Map([["a", { deep: [2, 1] }]])))).not.toBe(recipe(scale(2)));
    expect(recipe(scale(2, new Map()))).not.toBe(recipe(scale(2)));
  });

  it("does not depend on the file, the line and what stands around the function", async () => {
    const text = (before: string, factor = 2) =>
      `${before}\nconst helper = (x) => x + ${factor};\nconst error = new Error("made here");\nexport default function fn(x) {\n  if (x < 0) throw error;\n  return helper(x) + [1].map((y) => y)[0];\n}\n`;
    const first = recipe(await exported(text("")));
    expect(recipe(await exported(text("// A word.\n\nimport 'node:fs';"), "other.mjs"))).toBe(first);
    expect(recipe(await exported(text("", 3)))).not.toBe(first);
  });

  it("depends on versions of packages, and not on where they are installed", async () => {
    const first = recipe(await withPackage("1.2.3"));
    expect(recipe(await withPackage("1.2.3"))).toBe(first);
    expect(recipe(await withPackage("1.2.4"))).not.toBe(first);
  });

  it("of a function by module depends on the texts of that and of what it imports", () => {
    const folder = newFolder();
    const main = join(folder, "work.mjs");
    const helper = join(folder, "helper.mjs");
    const write = (one: string, other: string) => {
      writeFileSync(main, `import { two } from "./helper.mjs"; export const fn = (x) => x + two + ${one};`);
      writeFileSync(helper, `export const two = ${other};`);
      return recipe({ module: pathToFileURL(main), name: "fn" });
    };
    const first = write("1", "2");
    expect(write("1", "2")).toBe(first);
    expect(write("2", "2")).not.toBe(first);
    expect(write("1", "3")).not.toBe(first);
  });

  it("depends on setups, on the environment that calls see, and on how results are folded", () => {
    const fn = (x: number) => x;
    const setup = (name: string) => () => void Reflect.set(globalThis, name, 1);
    const recipes = [
      recipe(fn),
      recipe(fn, { setup: setup("a") }),
      recipe(fn, { setup: setup("b") }),
      recipe(fn, {}, { env: { A: "1" } }),
      recipe(fn, {}, { env: { A: "2" } }),
      recipe(fn, {}, { fold: { of: "values", initial: false } }),
      recipe(fn, {}, { fold: { of: "parts", initial: false } }),
    ];
    expect(new Set(recipes).size).toBe(recipes.length);
    expect(recipe(fn, {}, { env: { A: null } })).toBe(recipe(fn));
    expect(recipe(fn, { retries: { limit: 3, when: () => true } })).toBe(recipe(fn));
  });
});
