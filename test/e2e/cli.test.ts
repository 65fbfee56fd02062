import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newProject, packageFiles } from "../support/package-projects.js";
import { runNode } from "../support/run-script.js";

const cli = (...args: string[]) => runNode(["dist/src/cli/main.js", ...args]);

describe("nodewren explain", () => {
  it("shows how packages travel to workers elsewhere, and why", { tags: ["long"] }, async () => {
    const folder = newProject({
      "work.mjs":
        "import plain from 'plain'; import placed from 'placed'; export const work = () => [plain.x, placed.place];",
      ...packageFiles("plain", "exports.x = 1;"),
      ...packageFiles("placed", "exports.place = __dirname;"),
    });
    const place = `${join(folder, "work.mjs")}#work`;
    const { stdout, stderr } = await cli("explain", place, "--elsewhere");
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /\npackages, as they travel to workers in the cloud: .*B\n {2}placed: as files \(.*placed.index\.js asks where its files lie\)\n {2}plain: bundled\n$/,
    );
    const data = JSON.parse((await cli("explain", place, "--elsewhere", "--json")).stdout);
    expect(data.elsewhere).toMatchObject({
      packages: [
        { name: "placed", form: "files" },
        { name: "plain", form: "bundled" },
      ],
    });
    expect(data.elsewhere.bytes).toBeGreaterThan(100);
  });

  it("shows what would travel, as text and as data", async () => {
    const text = await cli("explain", "test/fixtures/explained.ts#withTax");
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout).toMatch(/withTax: .*1 function/);
    expect(text.stdout).toContain("rate");
    const data = await cli("explain", "--json", "test/fixtures/explained.ts#withTax");
    const { name, functions, variables } = JSON.parse(data.stdout);
    expect({ name, functions }).toEqual({ name: "withTax", functions: 1 });
    expect(variables.map(({ path }: { path: string }) => path)).toEqual(expect.arrayContaining(["rate"]));
  });

  it("takes URLs and members, and ends although the module keeps the process alive", async () => {
    const place = `${new URL("../fixtures/explained-open.mjs", import.meta.url).href}#service.run`;
    expect(await cli("explain", place)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^run: /) });
  });

  it("says what is wrong, and with which exit code", { tags: ["long"] }, async () => {
    expect(await cli("explain", "test/fixtures/explained.ts#nothing")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("It has: withTax."),
    });
    expect(await cli("explain", "missing.ts#f")).toMatchObject({ code: 2, stderr: expect.stringContaining("no file") });
    for (const [place, message] of [
      ["test", "is a folder"],
      ["#f", "names no file"],
      ["test/fixtures/explained.ts#", "Name an export after the #. It has: withTax."],
    ] as const)
      expect(await cli("explain", place)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect((await cli("explain")).code).toBe(2);
    expect((await cli("dance")).code).toBe(2);
    expect(await cli("--version")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });
});
