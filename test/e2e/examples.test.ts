/** @module-tag long */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { combo, isLambda, skipOn } from "../support/combo.js";
import { newFolder } from "../support/folders.js";
import { root, runTypeScript } from "../support/run-script.js";

/** The example ends well, with that and nothing else on its standard output, and nothing on the other. */
async function prints(example: string, stdout: string): Promise<void> {
  expect(await runTypeScript(example)).toEqual({ code: 0, signal: null, stdout, stderr: "" });
}

describe("examples", () => {
  it("squares.ts prints what the README says", async () => {
    expect(await runTypeScript("examples/squares.ts")).toMatchObject({ code: 0, stdout: "[ 1, 4, 9 ]\n", stderr: "" });
  });

  it("the README's first screen is squares.ts", () => {
    const code = (text: string) =>
      text
        .split("\n")
        .map((line) => line.replace(/\s*\/\/.*/, ""))
        .filter((line) => line !== "");
    const readme = readFileSync(join(root, "README.md"), "utf8").match(/```ts\n(.*?)```/s)?.[1] ?? "";
    expect(code(readme)).toEqual(code(readFileSync(join(root, "examples/squares.ts"), "utf8")));
  });

  it("resumed.ts goes on with the job that it is given", async () => {
    const first = await runTypeScript("examples/resumed.ts");
    const [, jobId = ""] =
      first.stdout.match(/^job (\S+)\n20 squares, the last one 361; call 3 in process \d+\n$/) ?? [];
    expect(first).toMatchObject({ code: 0 });
    expect(await runTypeScript("examples/resumed.ts", [jobId])).toMatchObject({ code: 0, stdout: first.stdout });
  });

  it("cached.ts runs nothing that has run before", async () => {
    const folder = newFolder();
    const told = (calls: number) => `20 powers, the last one 6859: ${calls} calls ran, ${20 - calls} had run before\n`;
    const run = () => runTypeScript("examples/cached.ts", [folder]);
    expect(await run()).toMatchObject({ code: 0, stdout: told(20), stderr: "" });
    expect(await run()).toMatchObject({ code: 0, stdout: told(0), stderr: "" });
  });

  it("replayed.ts runs a call that failed again, in its own process", async () => {
    expect(await runTypeScript("examples/replayed.ts")).toMatchObject({
      code: 0,
      stdout: "3\nfailed: CallError\n5\nagain, here: SyntaxError\n",
      stderr: "",
    });
  });

  it("estimate.ts says what a job would take, from some of its calls, and from a job", async () => {
    expect(await runTypeScript("examples/estimate.ts")).toMatchObject({
      code: 0,
      stdout: "40 calls expected, 3 measured\n40 calls expected, 40 measured by the job\n",
      stderr: "",
    });
  });

  it("traced.ts shows a job's spans, each below what it is part of", async () => {
    expect(await runTypeScript("examples/traced.ts")).toMatchObject({
      code: 0,
      stdout:
        "my program\n  nodewren.job\n    nodewren.shard\n      nodewren.call 0\n      nodewren.call 1\n      nodewren.call 2\n",
      stderr: "",
    });
  });

  it("waiting.ts has many requests under way at once, and keeps to a rate", async () => {
    expect(await runTypeScript("examples/waiting.ts")).toMatchObject({
      code: 0,
      stdout:
        '50 pages, the last one "page /49"\nmore requests at once than workers: true\n12 pages took half a second or more: true\n',
      stderr: "",
    });
  });

  it("forms.ts runs a loop and commands", async () => {
    await prints(
      "examples/forms.ts",
      `warm workers: 2
π is about 3.141592654
"echo one | tr a-z A-Z" ended with 0: ONE
["echo","a  b"] ended with 0: a  b
"exit 3" ended with 3: 
`,
    );
  });

  it("remote.ts calls functions and methods on workers", async () => {
    await prints("examples/remote.ts", "[ 4, 168, 2262 ]\nmean of a die: 3.5; the same again: true\n");
  });

  it("nested.ts maps inside of calls", async (context) => {
    skipOn(context, isLambda, "workers start no others");
    await prints("examples/nested.ts", "-0.25 2.21 3.45 5.91\n");
  });

  it("cancelled.ts ends with its first find", async () => {
    expect(await runTypeScript("examples/cancelled.ts")).toMatchObject({
      code: 0,
      stdout: "found a multiple of 1234567: true\ncancelled: true\n",
      stderr: "",
    });
  });

  it("several.ts runs calls at both places", async (context) => {
    skipOn(context, isLambda, "it names its own backends");
    await prints("examples/several.ts", "60 answers, the last one 118\nplaces: local and command, both used: true\n");
  });

  it("fib.ts starts each call from the snapshot, and leaves the caller's counter alone", async () => {
    const { code, stdout } = await runTypeScript("examples/fib.ts");
    expect(code).toBe(0);
    expect(stdout.match(/\{ v: 144, calls: 287 \}/g)).toHaveLength(3);
    expect(stdout).toContain("counter here: 0");
  });

  it("word-count.ts counts as a plain loop does", async (context) => {
    skipOn(context, isLambda, "workers elsewhere cannot read files of this machine");
    const globs = ["README.md", "CHANGELOG.md"];
    const words = globs.flatMap(
      (name) =>
        readFileSync(join(root, name), "utf8")
          .toLowerCase()
          .match(/\p{L}+/gu) ?? [],
    );
    const { code, stdout, stderr } = await runTypeScript("examples/word-count.ts", globs);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(`${words.length} words, ${new Set(words).size} different ones, in 2 parts\n`);
    expect(stdout).toContain("as a plain loop counts them");
    const all = await runTypeScript("examples/word-count.ts");
    expect(Number(/in (\d+) parts/.exec(all.stdout)?.[1])).toBeGreaterThan(5);
  });

  it("sort.ts sorts as a plain loop does, and no record comes to the host", async (context) => {
    skipOn(context, isLambda, "workers elsewhere write to no folder of this machine");
    const { code, stdout, stderr } = await runTypeScript("examples/sort.ts", ["5000", "5", "3"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("5000 records in 3 files, sorted as a plain loop does\n");
    const bytes = stdout.match(/through the host: (\d+) bytes/g) ?? [];
    expect(bytes).toHaveLength(2);
    // 5,000 lines take 100 kB.
    for (const one of bytes) expect(Number(/\d+/.exec(one)?.[0])).toBeLessThan(10_000);
  });

  it("matvec.ts gives vectors of the right deviation, and the speed-up", async (context) => {
    skipOn(context, combo.store !== "files", "half a minute of arithmetic says nothing about backends and stores");
    const { code, stdout, stderr } = await runTypeScript("examples/matvec.ts", ["100"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const [, lowest, highest] = stdout.match(/deviation over 32·b²: ([\d.]+)\.\.([\d.]+)/) ?? [];
    expect(Number(lowest)).toBeGreaterThan(0.8);
    expect(Number(highest)).toBeLessThan(1.2);
    expect(stdout).toMatch(/100 calls in \d+\.\d s, speed-up \d+\.\d\dx\n$/);
  }, 180_000);
});
