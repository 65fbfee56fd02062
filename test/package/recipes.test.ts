/**
 * The recipes print what their page says. `npm run test:recipes` runs all of them, `npm test` a few.
 *
 * @module-tag long
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { RECIPES, RECIPES_FOLDER, readRecipe, recipesPage } from "../support/docs/recipes.js";
import { root, runTypeScript } from "../support/run-script.js";

/** Each takes about a second; these three stand for all. */
const FEW = ["broadcast", "csv-files", "errors"];

const names = Object.values(RECIPES).flat();
const runs = process.env.ALL_RECIPES ? names : FEW;

it("each script is on the page", () => {
  const scripts = readdirSync(join(root, RECIPES_FOLDER)).map((file) => file.replace(/\.ts$/, ""));
  expect([...names].sort()).toEqual(scripts.sort());
  expect(names.length).toBeGreaterThanOrEqual(20);
});

it("the page has the scripts as they are; UPDATE_DOCS=1 writes it anew", () => {
  const page = join(root, "docs/recipes.md");
  if (process.env.UPDATE_DOCS) writeFileSync(page, recipesPage());
  expect(readFileSync(page, "utf8"), "UPDATE_DOCS=1 npx vitest run test/package/recipes.test.ts writes it").toBe(
    recipesPage(),
  );
});

it.each(runs)(
  "%s prints what the page says",
  async (name) => {
    expect(await runTypeScript(`${RECIPES_FOLDER}/${name}.ts`)).toEqual({
      code: 0,
      signal: null,
      stdout: readRecipe(name).output,
      stderr: "",
    });
  },
  120_000,
);
