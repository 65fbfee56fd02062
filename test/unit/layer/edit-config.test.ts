import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../src/config/load.js";
import { editConfigFile, withLayer } from "../../../src/layer/edit-config.js";
import { layerName } from "../../../src/layer/publish.js";
import { newFolder } from "../../support/folders.js";

const ARN = "arn:aws:lambda:eu-west-1:123456789012:layer:nodewren-sharp";
const OTHER = "arn:aws:lambda:eu-west-1:123456789012:layer:other:3";
const SETTINGS = { layers: [OTHER, `${ARN}:2`], packagesOnWorker: ["sharp"] };

function edited(name: string, text: string): { isWritten: boolean; text: string; file: string } {
  const file = join(newFolder(), name);
  writeFileSync(file, text);
  return { isWritten: editConfigFile(file, SETTINGS), text: readFileSync(file, "utf8"), file };
}

describe("a configuration file is given the layer", () => {
  it.each([
    ["nodewren.config.json", '{ "backend": "lambda" }'],
    ["nodewren.config.json", `{ "backend": "lambda", "lambda": { "layers": ["${ARN}:1"], "memoryMb": 512 } }`],
    ["nodewren.config.js", "module.exports.x = 1;\nexport default { backend: 'lambda' };"],
    ["nodewren.config.mjs", "export default { backend: 'lambda', lambda: {} };"],
    [
      "nodewren.config.mjs",
      "const size = 512;\nexport default { backend: 'lambda', lambda: { memoryMb: size, // ours\n } };",
    ],
    [
      "nodewren.config.mjs",
      `export default { 'lambda': { packagesOnWorker: ["old"], layers: ["${ARN}:1"] }, backend: "lambda" };`,
    ],
    ["nodewren.config.mjs", "const give = (x) => x;\nexport default give({\n  backend: 'lambda',\n});"],
    ["nodewren.config.mjs", "export default {};"],
  ])("%s: %s", (name, before) => {
    const { isWritten, file, text } = edited(name, before.replace("module.exports.x = 1;", ""));
    expect(isWritten).toBe(true);
    const { lambda, backend } = loadConfig({ file, env: {} });
    expect(lambda).toMatchObject(SETTINGS);
    expect(backend).toBe(before.includes("backend") ? "lambda" : "local");
    if (/512/.test(before)) expect(lambda.memoryMb).toBe(512);
    if (before.includes("ours")) expect(text).toContain("// ours");
  });

  it.each([
    ["settings that are computed", "const lambda = {}; export default { lambda };"],
    ["a list that is computed", "const layers = []; export default { lambda: { layers } };"],
    ["an export that is computed", "const config = {}; export default config;"],
    ["types", "export default { backend: 'lambda' } satisfies object;"],
    ["no export", "const config = {};"],
  ])("but not one with %s", (_, before) => {
    expect(edited("nodewren.config.ts", before)).toMatchObject({ isWritten: false, text: before });
  });
});

describe("the settings", () => {
  it("have a layer once, in its last version, and what is in all of them", () => {
    const before = { layers: [`${ARN}:1`, OTHER], packagesOnWorker: ["sharp", "canvas"] };
    expect(withLayer(before, `${ARN}:2`, ["sharp"])).toEqual({
      layers: [OTHER, `${ARN}:2`],
      packagesOnWorker: ["canvas", "sharp"],
    });
  });

  it.each([
    [["sharp"], "nodewren-sharp"],
    [["sharp", "@scope/better.js"], "nodewren-scope-better-js-sharp"],
    [["sharp", "canvas"], "nodewren-canvas-sharp"],
  ])("name the layer of %j %s", (names, name) => {
    expect(layerName(names)).toBe(name);
  });

  it("name layers of many packages apart", () => {
    const many = Array.from({ length: 30 }, (_, i) => `package-${i}`);
    const [one, other] = [layerName(many), layerName(many.slice(1))];
    expect(one).not.toBe(other);
    expect(Math.max(one.length, other.length)).toBeLessThanOrEqual(73);
  });
});
