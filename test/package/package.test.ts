/** The packed tarball, installed into an empty project and used there as a user would. @early as it takes long. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilations, tscOf } from "../support/compilers.js";
import { filesBelow, newPackedProject, run } from "../support/packed-project.js";
import { root } from "../support/run-script.js";

/** Bytes of the tarball. */
const MAX_PACKED_BYTES = 700_000;

const folder = mkdtempSync(join(tmpdir(), "nodewren-package-"));
const project = join(folder, "project");
const installed = join(project, "node_modules/nodewren");
let own: string;

beforeAll(() => {
  own = newPackedProject(folder).tarball;
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the packed package", () => {
  it("has no file in its build but those that something loads", () => {
    const names = filesBelow(join(installed, "dist")).map((name) => name.replace(/shared-[\w-]+/, "shared-*"));
    expect([...new Set(names)]).toEqual([
      "report-page.html.br",
      "runtime-layer/azure/entry.js",
      "runtime-layer/command/agent.js",
      "runtime-layer/command/boot.js",
      "runtime-layer/fission/entry.js",
      "runtime-layer/fn/entry.js",
      "runtime-layer/functions-framework/entry.js",
      "runtime-layer/http/entry.js",
      "runtime-layer/lambda/index.js.br",
      "runtime-layer/lambda/package.json",
      "runtime-layer/lambda/watchdog.js",
      "runtime-layer/local/process.d.ts",
      "runtime-layer/local/process.js",
      "runtime-layer/local/replay.d.ts",
      "runtime-layer/local/replay.js",
      "runtime-layer/local/watchdog.js",
      "runtime-layer/openwhisk/entry.js",
      "runtime-layer/watchdog/entry.js",
      "src/capture/packages/fresh-process.d.ts",
      "src/capture/packages/fresh-process.js",
      "src/cli/main.js",
      "src/forms/on-worker/dispatched.js",
      "src/forms/on-worker/run-command.js",
      "src/forms/on-worker/run-range.js",
      "src/forms/on-worker/wait.js",
      "src/host/on-worker/import-module.js",
      "src/index.d.ts",
      "src/index.js",
      "src/serve/main.js",
      "src/shared-*.js",
    ]);
    expect(statSync(own).size).toBeLessThan(MAX_PACKED_BYTES);
  });

  it("holds what its pages link to, and says where its sources are", () => {
    const pages = filesBelow(installed).filter((name) => name.endsWith(".md"));
    const links = pages.flatMap((page) =>
      [...readFileSync(join(installed, page), "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to]) =>
        join(dirname(page), to as string),
      ),
    );
    expect(links).toContain("docs/capture.md");
    expect(links.filter((to) => !existsSync(join(installed, to)))).toEqual([]);
    expect(JSON.parse(readFileSync(join(installed, "package.json"), "utf8")).repository.url).toMatch(/^git\+https:/);
  });

  it("maps a closure from an ES module, and makes a page of it", () => {
    writeFileSync(
      join(project, "main.mjs"),
      `import { Executor } from "nodewren";
       const executor = new Executor({ workers: 1 });
       const power = 3;
       const job = executor.map((x) => x ** power, [1, 2, 3]);
       console.log(JSON.stringify(await job));
       await job.report().toHtml("page.html");
       await executor.close();`,
    );
    expect(run(process.execPath, ["main.mjs"], project)).toBe("[1,8,27]\n");
    expect(readFileSync(join(project, "page.html"), "utf8")).toContain("<title>nodewren: ");
  });

  it("maps inside of a call, by an executor that is made there or the one of its context", { tags: ["long"] }, () => {
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

  it("maps a function by the path of its module", { tags: ["long"] }, () => {
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

  it("sends nothing of its own to workers elsewhere, whatever the form of the job", { tags: ["long"] }, () => {
    writeFileSync(join(project, "square.mjs"), "export const square = (x) => x ** 2; export const nothing = () => {};");
    writeFileSync(
      join(project, "forms.mjs"),
      `import { Executor } from "nodewren";
       const executor = new Executor({ workers: 1, store: "forms" });
       const module = new URL("./square.mjs", import.meta.url);
       const when = () => true;
       const add = (a, b) => a + b;
       const found = [
         await executor.map({ module, name: "square" }, [1, 2], { setup: { module, name: "nothing" } }),
         await executor.parallelFor(0, 3, (i) => i, { reduce: add, retries: { limit: 1, when } }),
         await executor.mapReduce((x) => [["k", x]], [1, 2], add, { keyed: true }),
         (await executor.sh(["node --version"]))[0].exitCode,
       ];
       console.log(JSON.stringify(found.map((one) => (one instanceof Map ? [...one] : one))));
       await executor.close();`,
    );
    expect(run(process.execPath, ["forms.mjs"], project)).toBe('[[1,4],3,[["k",3]],0]\n');
    const payloads = filesBelow(join(project, "forms")).filter((name) => /(^|\/)functions\//.test(name));
    expect(payloads.length).toBeGreaterThan(3);
    for (const name of payloads)
      expect(readFileSync(join(project, "forms", name), "latin1")).toMatch(/"packages":\[\]/);
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

  it("has a command line, which says what to install where the cloud is asked for without the AWS SDK", {
    tags: ["long"],
  }, () => {
    const main = join(installed, "dist/src/cli/main.js");
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

  it.each([["esm"], ["cjs"]] as const)("can be bundled into a program, as %s", { tags: ["long"] }, async (format) => {
    const outfile = join(project, `bundled.${format === "esm" ? "mjs" : "cjs"}`);
    const contents = `import { Executor } from "nodewren";
      const executor = new Executor({ workers: 1 });
      const power = 3;
      executor.map((x) => x ** power, [1, 2, 3]).then((r) => { console.log(JSON.stringify(r)); return executor.close(); });`;
    await build({ stdin: { contents, resolveDir: project }, outfile, format, bundle: true, platform: "node" });
    expect(run(process.execPath, [outfile], project)).toBe("[1,8,27]\n");
  });

  it("has declarations that TypeScript reads from 5.0 on, without the AWS SDK, with results inferred", {
    tags: ["long"],
    timeout: 240_000,
  }, () => {
    const program = `import { Executor, files, LambdaBackend, S3Store, wait } from "nodewren";
       const executor = new Executor({ workers: 1 });
       const job = executor.map(async (x: number) => String(x), [1, 2]);
       const results: string[] = await job;
       const [ready] = await wait(job.futures, { until: "all" });
       const first: string | undefined = ready[0]?.value;
       const texts: PromiseLike<string[]> = executor.map((item) => item.text(), files("*.txt"));
       const requests: number = new S3Store({ bucket: "b" }).requests.put + new LambdaBackend().requests.invoke;
       // @ts-expect-error results are strings
       const wrong: number[] = await job;
       export { first, requests, results, texts, wrong };`;
    writeFileSync(join(project, "typed.mts"), program);
    for (const { typescript, args } of compilations(Boolean(process.env.ALL_COMPILERS)))
      run(process.execPath, [tscOf(typescript), ...args, "typed.mts"], project);
  });

  it("passes publint", () => {
    run(process.execPath, [join(root, "node_modules/publint/src/cli.js"), "run", own, "--strict"], root);
  });

  it("passes arethetypeswrong, for ES modules and for require() of them", { tags: ["long"] }, () => {
    const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    run(process.execPath, [attw, own, "--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm"], root);
  });
});
