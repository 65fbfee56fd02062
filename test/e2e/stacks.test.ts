/** @module-tag long */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runNode } from "../support/run-script.js";

const SOURCES = fileURLToPath(new URL("../fixtures/stacks/", import.meta.url));

/** A way in which users run TypeScript: prepares a folder, and gives the arguments for Node. */
type Way = (folder: string) => string[];

function copy(folder: string, name: string): string {
  const text = readFileSync(SOURCES + name, "utf8");
  writeFileSync(join(folder, name), text);
  return text;
}

const copied =
  (type: string): Way =>
  (folder) => {
    for (const name of ["main.ts", "lib.ts"]) copy(folder, name);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
    return ["--import", import.meta.resolve("tsx"), join(folder, "main.ts")];
  };

const bundled =
  (format: "esm" | "cjs"): Way =>
  (folder) => {
    const outfile = join(folder, format === "esm" ? "main.mjs" : "main.cjs");
    const entryPoints = [`${SOURCES}main.ts`];
    const options = { bundle: true, minify: true, sourcemap: true, platform: "node" } as const;
    buildSync({ entryPoints, outfile, format, external: ["nodewren"], ...options });
    return [outfile];
  };

const compiled =
  (type: string, module: ts.ModuleKind): Way =>
  (folder) => {
    for (const name of ["main", "lib"]) {
      const { outputText, sourceMapText } = ts.transpileModule(copy(folder, `${name}.ts`), {
        fileName: `${name}.ts`,
        compilerOptions: { module, target: ts.ScriptTarget.ES2022, sourceMap: true },
      });
      writeFileSync(join(folder, `${name}.js`), outputText);
      writeFileSync(join(folder, `${name}.js.map`), sourceMapText ?? "");
    }
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
    return [join(folder, "main.js")];
  };

const ways: [name: string, way: Way][] = [
  ["tsx, ES modules", copied("module")],
  ["tsx, CommonJS", copied("commonjs")],
  ["a minified bundle of ES modules", bundled("esm")],
  ["a minified bundle of CommonJS", bundled("cjs")],
  ["the compiler's ES modules", compiled("module", ts.ModuleKind.ES2022)],
  ["the compiler's CommonJS", compiled("commonjs", ts.ModuleKind.CommonJS)],
];

describe.each(ways)("stacks of errors from workers, with %s", (_, way) => {
  let folder: string;
  let stacks: [stack: string, cause: string][];
  let returned: [stack: string, readInCall: string, printed: string];
  let refusal: { position: { url: string; line: number }; excerpt: string };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "nodewren-stacks-"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/nodewren"));
    const { stdout, stderr } = await runNode(way(folder));
    expect(stderr).toBe("");
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    returned = lines.pop();
    refusal = lines.pop();
    stacks = lines;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("speak of the TypeScript file and line where the call threw", () => {
    expect(framesOf(stacks[0]?.[0])).toMatchObject(["main.ts:16:26"]);
  });

  it("speak of the user's other modules and in causes too", () => {
    const callers = [/^lib.ts:9:46$/, /^main.ts:21:(14|20)$/];
    const [stack, cause] = (stacks[1] ?? []).map(framesOf);
    expect(stack).toEqual([/^lib.ts:5:9$/, ...callers].map((place) => expect.stringMatching(place)));
    expect(cause).toEqual([/^lib.ts:5:41$/, ...callers].map((place) => expect.stringMatching(place)));
  });

  it("hold in code that had to be changed for the worker", () => {
    expect(framesOf(stacks[2]?.[0])).toEqual(["lib.ts:17:33", expect.stringMatching(/^main.ts:19:(16|23)$/)]);
  });

  it("speak of the TypeScript file where a call returned the error", () => {
    expect(framesOf(returned[0])).toEqual([expect.stringMatching(/^main.ts:41:(19|23)$/)]);
  });

  it("speak of the code that was captured when a call reads or prints them", () => {
    for (const stack of returned.slice(1)) {
      expect(framesOf(stack)).toHaveLength(1);
      expect(stack).not.toContain("?nodewren");
    }
  });

  it("and refusals do, too", () => {
    expect(refusal.position).toMatchObject({ url: expect.stringMatching(/main\.ts$/), line: 32 });
    expect(refusal.excerpt).toMatch(/^ {6}\(x: number\) => {\n {8}return \[x, socket\];/);
  });
});

/** Places of the frames in user code, without folders. */
function framesOf(stack: string | undefined): string[] {
  const frames = (stack ?? "").match(/^ {4}at .*$/gm) ?? [];
  return frames.filter((line) => !line.includes("(node:")).map((line) => line.replace(/^.*\/([^)]*)\)?$/, "$1"));
}
