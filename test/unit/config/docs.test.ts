import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { settingsTable } from "../../../src/config/table.js";

it("the documentation has each setting as the code has it", () => {
  const page = readFileSync("docs/configuration.md", "utf8");
  const [, table] = page.match(/<!-- settings: begin -->\n(.*)\n<!-- settings: end -->/s) ?? [];
  // To renew it: put what is expected here between the two marks.
  expect(table).toBe(settingsTable());
});
