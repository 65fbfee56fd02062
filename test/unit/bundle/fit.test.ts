/** Native code that travels, is left out, or is refused, by the system of the worker. */
import { describe, expect, it } from "vitest";
import { systemHere } from "../../../src/bundle/binaries.js";
import { bundlePackages } from "../../../src/bundle/bundle.js";
import { decodePackages } from "../../../src/wire/packages.js";
import type { System } from "../../../src/wire/system.js";
import { elfFile } from "../../support/native-files.js";
import { type Files, newProject, packageFiles, wantedOf } from "../../support/package-projects.js";

const WORKER: System = { platform: "linux", arch: "arm64", libc: "glibc", abi: "137" };

/** What travels of the packages that `name` needs, without manifests. */
async function sent(files: Files, name: string, system: System | undefined = WORKER): Promise<string[]> {
  const wanted = wantedOf(newProject(files), [["require", name]]);
  const { bytes } = await bundlePackages(wanted, [], { system });
  const names = (await decodePackages(bytes, "test")).files?.files.map(({ path }) => path) ?? [];
  return names.map((one) => one.replace("node_modules/", "")).filter((one) => !one.endsWith("package.json"));
}

const ADDON = "module.exports = require('./addon.node');";
const withAddon = (addon: string | Uint8Array, code = ADDON, manifest = {}): Files => ({
  ...packageFiles("native", code, manifest),
  "node_modules/native/addon.node": addon,
});

/** A package with a part for each system, of which those are installed. */
function parted(...installed: string[]): Files {
  const parts = ["linux-x64", "linux-arm64", "linuxmusl-arm64", "darwin-arm64"];
  const optionalDependencies = Object.fromEntries(parts.map((part) => [`@parts/${part}`, "1"]));
  const code = "module.exports = require('@parts/' + process.platform + '-' + process.arch);";
  const files: Files = packageFiles("parted", code, { optionalDependencies });
  for (const part of installed) {
    const [platform = "", arch = ""] = part.replace("musl", "").split("-");
    const libc = part.includes("musl") ? "musl" : "glibc";
    const manifest = { os: [platform], cpu: [arch], libc: [libc] };
    Object.assign(files, packageFiles(`@parts/${part}`, "module.exports = require('./addon.node');", manifest));
    files[`node_modules/@parts/${part}/addon.node`] = elfFile({ arch: arch as "x64", libc });
  }
  return files;
}

describe("native code of the worker's system travels", () => {
  it.each<[what: string, addon: Uint8Array]>([
    ["an addon with Node-API", elfFile({ arch: "arm64" })],
    ["an addon for the worker's own Node.js", elfFile({ arch: "arm64", abi: "137" })],
  ])("%s", async (_, addon) => {
    expect(await sent(withAddon(addon), "native")).toEqual(["native/addon.node", "native/index.js"]);
  });

  it("of several that a package has for as many systems, those that run there", async () => {
    const files = {
      ...withAddon(elfFile({ arch: "arm64" })),
      "node_modules/native/prebuilds/linux-x64/addon.node": elfFile({ arch: "x64" }),
      "node_modules/native/prebuilds/musl/addon.node": elfFile({ arch: "arm64", libc: "musl" }),
      "node_modules/native/notes": "no program",
    };
    expect(await sent(files, "native")).toEqual(["native/addon.node", "native/index.js", "native/notes"]);
  });

  it("the part of a package that is for the worker's system, without the others", async () => {
    expect(await sent(parted("linux-x64", "linux-arm64", "linuxmusl-arm64"), "parted")).toEqual([
      "@parts/linux-arm64/addon.node",
      "@parts/linux-arm64/index.js",
      "parted/index.js",
    ]);
  });

  it("whatever there is, where nothing is known of the worker", async () => {
    expect(await sent(withAddon(elfFile({ arch: "x64" })), "native", { ...WORKER, arch: undefined })).toContain(
      "native/addon.node",
    );
  });
});

describe("native code of another system is refused, with a command that helps", () => {
  const REFUSED =
    /^Cannot capture (\S+): native code of (.*) does not run on the worker \(linux-arm64, glibc, addons of version 137\): (.*)\. Run `npx nodewren layer (\S+)`, which .* `npx nodewren deploy`\.$/;

  it.each<[what: string, files: Files, name: string, by: string, why: RegExp]>([
    ["processor", withAddon(elfFile({ arch: "x64" })), "native", "native", /^addon\.node is built for another system$/],
    ["C library", withAddon(elfFile({ arch: "arm64", libc: "musl" })), "native", "native", /^addon\.node is built/],
    ["Node.js", withAddon(elfFile({ arch: "arm64", abi: "115" })), "native", "native", /^addon\.node is built/],
    [
      "package's own account",
      withAddon("", "module.exports = __dirname;", { os: ["darwin", "win32"] }),
      "native",
      "native",
      /^it is for darwin win32$/,
    ],
    [
      "package of a package",
      { ...packageFiles("user", "module.exports = require('native');"), ...withAddon(elfFile({ arch: "x64" })) },
      "user",
      "native, used by user",
      /^addon\.node is built/,
    ],
    ["part that is not installed", parted("linux-x64"), "parted", "parted", /^@parts\/linux-arm64 is not installed$/],
    [
      "program",
      {
        ...packageFiles("native", "module.exports = __dirname;"),
        "node_modules/native/bin/tool": elfFile({ arch: "x64" }),
      },
      "native",
      "native",
      /^bin.tool is built for another system$/,
    ],
  ])("by its %s", async (_, files, name, by, why) => {
    const error = (await sent(files, name).catch((thrown) => thrown)) as Error;
    const [, path, chain, reason = "", layer] = REFUSED.exec(error.message) ?? [error.message];
    expect([path, chain, layer]).toEqual([name, by, name]);
    expect(reason).toMatch(why);
  });
});

/** Files that stand for ones of the system that runs this. */
const isLinux = process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64");

describe.skipIf(!isLinux)(
  `of several addons (with files of Linux only, not ${process.platform}-${process.arch})`,
  () => {
    const arch = process.arch as "x64" | "arm64";
    const { libc = "glibc" } = systemHere();
    const other = { ...WORKER, arch, libc, abi: "999" };
    const main = elfFile({ arch, libc, abi: process.versions.modules });

    it("each that runs here must run there", async () => {
      const files = { ...withAddon(main), "node_modules/native/other.node": elfFile({ arch, libc }) };
      await expect(sent(files, "native", other)).rejects.toThrow(/addon\.node is built for another system/);
    });

    it("each may be there under a name of its system", async () => {
      const files = {
        ...withAddon(main),
        "node_modules/native/addon.abi999.linux.node": elfFile({ arch, libc, abi: "999" }),
      };
      expect(await sent(files, "native", other)).toEqual(["native/addon.abi999.linux.node", "native/index.js"]);
    });

    it("none is missed that is for neither", async () => {
      const foreign = elfFile({ arch: arch === "x64" ? "arm64" : "x64", libc });
      const files = { ...withAddon(elfFile({ arch, libc })), "node_modules/native/conpty.node": foreign };
      expect(await sent(files, "native", other)).toEqual(["native/addon.node", "native/index.js"]);
    });
  },
);

describe("a package that does without its native code travels without it", () => {
  const other = elfFile({ arch: "x64" });

  it("because it catches that the addon cannot be loaded", async () => {
    const code = "try { module.exports = require('./addon.node'); } catch { module.exports = 'fallback'; }";
    expect(await sent(withAddon(other, code), "native")).toEqual(["native/index.js"]);
  });

  it.each([
    ["optional dependency", { optionalDependencies: { native: "1" } }],
    ["optional peer", { peerDependencies: { native: "1" }, peerDependenciesMeta: { native: { optional: true } } }],
  ])("because it is an %s", async (_, manifest) => {
    const code = "let fast; try { fast = require('native'); } catch {} exports.fast = fast;";
    const files = { ...packageFiles("user", code, manifest), ...withAddon(other) };
    expect(await sent(files, "user")).toEqual(["user/index.js"]);
  });

  it("but not when another package needs it", async () => {
    const optional = packageFiles("user", "try { require('native'); } catch {} require('needing');", {
      optionalDependencies: { native: "1" },
    });
    const files = { ...optional, ...packageFiles("needing", "require('native');"), ...withAddon(other) };
    await expect(sent(files, "user")).rejects.toThrow(/native code of native/);
  });
});
