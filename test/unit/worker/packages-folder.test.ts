import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { StoreError } from "../../../src/errors.js";
import type { PackageFiles } from "../../../src/wire/package-files.js";
import { encodePackages } from "../../../src/wire/packages.js";
import { PackagesCache } from "../../../src/worker/package-cache.js";
import { PackagesFolder } from "../../../src/worker/packages-folder.js";
import { newFolder } from "../../support/folders.js";
import { runNode } from "../../support/run-script.js";

function packagesOf(...names: string[]): PackageFiles {
  const files = names.map((path) => ({ path, bytes: Buffer.from(path), executable: path.endsWith(".sh") }));
  return { files, links: [], entries: {}, onWorker: [] };
}

describe("the folder of a worker's packages", () => {
  it("has files, links and programs as they were, and each set once", () => {
    const folder = new PackagesFolder(join(newFolder(), "packages"));
    const packages = { ...packagesOf("a/b/c.js", "a/run.sh"), links: [{ path: "d/link", target: "a" }] };
    const place = folder.unpack("set", packages);
    expect(readFileSync(join(place, "d/link/b/c.js"), "utf8")).toBe("a/b/c.js");
    expect(statSync(join(place, "a/run.sh")).mode & 0o100).toBe(0o100);
    writeFileSync(join(place, "a/b/c.js"), "left as it is");
    expect(folder.unpack("set", packages)).toBe(place);
    expect(readFileSync(join(place, "a/b/c.js"), "utf8")).toBe("left as it is");
  });

  it("holds nothing of an earlier worker's", () => {
    const place = join(newFolder(), "packages");
    mkdirSync(join(place, "set/a"), { recursive: true });
    writeFileSync(join(place, "set/a/old.js"), "");
    expect(readdirSync(new PackagesFolder(place).unpack("set", packagesOf("new.js")))).toEqual(["new.js"]);
  });

  it.each(["../escaped.js", "a/../../escaped.js", "a/../.."])("writes no file named %s", (name) => {
    const place = join(newFolder(), "packages");
    expect(() => new PackagesFolder(place).unpack("set", packagesOf("a/fine.js", name))).toThrow(StoreError);
    expect(readdirSync(place)).toEqual([]);
  });

  it("makes no link out of it", () => {
    const packages = { ...packagesOf("a.js"), links: [{ path: "link", target: "../.." }] };
    expect(() => new PackagesFolder(join(newFolder(), "packages")).unpack("set", packages)).toThrow(/leads out/);
  });

  it("goes with its process, unless it was given", async () => {
    const temporary = newFolder();
    const module = new URL("../../../dist/src/worker/packages-folder.js", import.meta.url).href;
    const code = `import { PackagesFolder } from ${JSON.stringify(module)};
      console.log(new PackagesFolder().unpack("set", { files: [], links: [{ path: "a/b", target: "c" }] }));`;
    const script = join(temporary, "script.mjs");
    writeFileSync(script, code);
    const { stdout, stderr } = await runNode([script], { cwd: temporary, env: { TMPDIR: temporary } });
    expect(stderr).toBe("");
    expect(stdout).toContain(join(temporary, "nodewren-packages-"));
    expect(existsSync(stdout.trim())).toBe(false);
    expect(readdirSync(temporary)).toEqual(["script.mjs"]);
  });
});

describe("sets of packages on a worker", () => {
  it("beyond the last eight are gone from the disk, and whoever used them is told so", async () => {
    const place = join(newFolder(), "packages");
    const cache = new PackagesCache(new PackagesFolder(place));
    const load = async (digest: string) => {
      const bytes = await encodePackages({ code: "", files: packagesOf(`${digest}.js`) });
      return cache.importerOf("", digest, async () => bytes);
    };
    const digests = Array.from({ length: 10 }, (_, i) => `digest${i}`);
    const importers = [];
    for (const digest of digests) importers.push(await load(digest));
    expect(importers.map(({ isCurrent }) => isCurrent())).toEqual(digests.map((_, i) => i >= 2));
    expect(readdirSync(place).sort()).toEqual(digests.slice(2));
    expect((await load("digest0")).isCurrent()).toBe(true);
    expect(readdirSync(join(place, "digest0"))).toEqual(["digest0.js"]);
  });
});
