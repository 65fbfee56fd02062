/** The packed tarball, installed into an empty project and used there as a user would. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "nodewren-package-"));
const project = join(folder, "project");
const tarballs = join(folder, "tarballs");

function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

function npm(args: string[], cwd: string): string {
  return run("npm", [...args, "--loglevel=error", "--offline", "--no-audit", "--no-fund"], cwd);
}

/** Folders of the packages that nodewren needs at run time, as installed here: so the test needs no registry. */
function dependencyFolders(): string[] {
  const lines = npm(["ls", "--omit=dev", "--all", "--parseable"], root).trim().split("\n");
  return lines.slice(1);
}

function pack(sources: string[]): string[] {
  const packed: { filename: string }[] = JSON.parse(
    npm(["pack", ...sources, "--ignore-scripts", "--json", "--pack-destination", tarballs], root),
  );
  return packed.map(({ filename }) => join(tarballs, filename.replace("@", "").replace("/", "-")));
}

let own: string;

beforeAll(() => {
  mkdirSync(project);
  mkdirSync(tarballs);
  const all = pack([root, ...dependencyFolders()]);
  own = all[0] as string;
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", version: "1.0.0", private: true }));
  npm(["install", "--ignore-scripts", ...all], project);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  it("holds the build, the licence and the change log, and nothing of the workshop", () => {
    const names = readdirSync(join(project, "node_modules/nodewren"));
    expect(names.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "dist", "package.json"]);
    expect(readdirSync(join(project, "node_modules/nodewren/dist")).sort()).toEqual(["runtime-layer", "src"]);
  });

  it("maps a closure from an ES module", () => {
    writeFileSync(
      join(project, "main.mjs"),
      `import { Executor } from "nodewren";
       const executor = new Executor({ workers: 1 });
       const power = 3;
       console.log(JSON.stringify(await executor.map((x) => x ** power, [1, 2, 3])));
       await executor.close();`,
    );
    expect(run(process.execPath, ["main.mjs"], project)).toBe("[1,8,27]\n");
  });

  it("maps inside of a call, by an executor that is made there or the one of its context", () => {
    writeFileSync(
      join(project, "nested.mjs"),
      `import { Executor } from "nodewren";
       const executor = new Executor({ workers: 1 });
       const inside = async (x, { executor: own }) => {
         const made = new Executor();
         const both = [await made.map((y) => x + y, [1, 2]), await own.map((y) => x * y, [1, 2])];
         await made.close();
         return both;
       };
       console.log(JSON.stringify(await executor.call(inside, 5)));
       await executor.close();`,
    );
    expect(run(process.execPath, ["nested.mjs"], project)).toBe("[[6,7],[5,10]]\n");
  });

  it("maps a function by the path of its module", () => {
    writeFileSync(join(project, "work.mjs"), "export const cube = (x) => x ** 3;");
    writeFileSync(
      join(project, "by-module.mjs"),
      `import { Executor } from "nodewren";
       const executor = new Executor({ workers: 1 });
       const module = new URL("./work.mjs", import.meta.url);
       console.log(JSON.stringify(await executor.map({ module, name: "cube" }, [1, 2, 3])));
       await executor.close();`,
    );
    expect(run(process.execPath, ["by-module.mjs"], project)).toBe("[1,8,27]\n");
  });

  it("says what an S3Store needs when that is not installed", () => {
    writeFileSync(
      join(project, "bucket.mjs"),
      `import { S3Store } from "nodewren";
       const store = S3Store.fromUrl("s3://bucket/runs", { region: "us-east-1" });
       await store.get("key").catch((error) => console.log(error.name, error.message));`,
    );
    expect(run(process.execPath, ["bucket.mjs"], project)).toMatch(/^StoreError .*npm install @aws-sdk\/client-s3\n$/);
  });

  it("maps a closure from a CommonJS module", () => {
    writeFileSync(
      join(project, "main.cjs"),
      `const { Executor } = require("nodewren");
       const executor = new Executor({ workers: 1 });
       const power = 3;
       executor.map((x) => x ** power, [1, 2, 3]).then((r) => { console.log(JSON.stringify(r)); return executor.close(); });`,
    );
    expect(run(process.execPath, ["main.cjs"], project)).toBe("[1,8,27]\n");
  });

  it("has a command line, which says what to install where the cloud is asked for without the AWS SDK", () => {
    const main = join(project, "node_modules/nodewren/dist/src/cli/main.js");
    expect(JSON.parse(run(process.execPath, [main, "doctor", "--json"], project)).checks).toContainEqual(
      expect.objectContaining({ name: "worker", status: "ok" }),
    );
    const env = { ...process.env, NODEWREN_STORE: "s3://bucket", NODEWREN_REGION: "eu-west-1" };
    const { status, stderr } = spawnSync(process.execPath, [main, "deploy"], { cwd: project, env, encoding: "utf8" });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/not installed\. .*npm install @aws-sdk\/client-lambda /),
    });
  });

  it("has declarations that TypeScript 5.0 reads, with results inferred", () => {
    writeFileSync(
      join(project, "main.mts"),
      `import { Executor, wait } from "nodewren";
       const executor = new Executor({ workers: 1 });
       const job = executor.map(async (x: number) => String(x), [1, 2]);
       const results: string[] = await job;
       const [ready] = await wait(job.futures, { until: "all" });
       const first: string | undefined = ready[0]?.value;
       // @ts-expect-error results are strings
       const wrong: number[] = await job;
       export { first, results, wrong };`,
    );
    const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types"), "--skipLibCheck"];
    const strict = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2022"];
    for (const compiler of ["typescript-5.0/bin/tsc", "typescript/bin/tsc"])
      run(process.execPath, [require.resolve(compiler), ...strict, ...types, "main.mts"], project);
  });

  it("passes publint", () => {
    run(process.execPath, [join(root, "node_modules/publint/src/cli.js"), "run", own, "--strict"], root);
  });

  it("passes arethetypeswrong, for ES modules and for require() of them", () => {
    const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    run(process.execPath, [attw, own, "--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm"], root);
  });
});
