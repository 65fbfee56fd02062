import { describe, expect, it } from "vitest";
import { StoreError } from "../../../src/errors.js";
import type { PackageFiles } from "../../../src/wire/package-files.js";
import { decodePackages, encodePackages, packageKey } from "../../../src/wire/packages.js";

const FILES: PackageFiles = {
  files: [
    { path: "node_modules/ä/index.js", bytes: Buffer.from("exports.ü = 1;"), executable: false },
    { path: "node_modules/ä/empty", bytes: new Uint8Array(), executable: false },
    { path: "node_modules/ä/tool", bytes: new Uint8Array([0, 255, 10]), executable: true },
  ],
  links: [{ path: "node_modules/b", target: "node_modules/ä" }],
  entries: { "require ä from main.js": { specifier: "ä", path: "main.js", via: "require" } },
  onWorker: ["sharp"],
};

describe("packages as bytes", () => {
  it("of a bundle are its code, which stays one text to run", async () => {
    const { code, files } = await decodePackages(
      await encodePackages({ code: "exports.x = 1;", files: undefined }),
      "key",
    );
    expect(code).toMatch(/^\/\/.*\nexports\.x = 1;$/);
    expect(files).toBeUndefined();
  });

  it("of files are read as what was written, beside code too", async () => {
    const { code, files } = await decodePackages(await encodePackages({ code: "exports.ß = 1;", files: FILES }), "key");
    expect(code).toBe("exports.ß = 1;");
    expect(files).toEqual({ ...FILES, files: FILES.files.map((one) => ({ ...one, bytes: Buffer.from(one.bytes) })) });
  });

  it("are the same for the same packages", async () => {
    expect(await encodePackages({ code: "", files: FILES })).toEqual(await encodePackages({ code: "", files: FILES }));
  });

  it("of another form are refused by key", async () => {
    const read = decodePackages(Buffer.from("//esm\nexport {};"), "packages/abc");
    await expect(read).rejects.toThrow(StoreError);
    await expect(read).rejects.toThrow(/packages\/abc holds no packages.*one release/);
  });
});

describe("a package's key", () => {
  it.each([
    ["a name", { specifier: "a", importer: "file:///home/me/app/main.mjs", via: "import" }, "import a from main.mjs"],
    ["a file", { specifier: "file:///home/me/app/x.js", importer: "file:///x", via: "import" }, "import x.js"],
    [
      "a path of Windows",
      { specifier: "a", importer: "C:\\home\\main.mjs", via: "require" },
      "require a from C:/home/main.mjs",
    ],
  ] as const)("by %s leaves the root out", (_, use, key) => {
    expect(packageKey(use, "/home/me/app/")).toBe(key);
  });
});
