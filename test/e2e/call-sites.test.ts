/**
 * Where errors say that they come from.
 *
 * @module-tag long
 */
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, runNode } from "../support/run-script.js";

interface Told {
  line: number;
  name: string;
  stack: string;
  cause?: string;
}

const FIXTURE = join(root, "test/fixtures/call-sites.mjs");
const OURS = /[/\\]dist[/\\](src|runtime-layer)[/\\]/;

const store = mkdtempSync(join(tmpdir(), "nodewren-test-"));
afterAll(() => rmSync(store, { recursive: true }));

async function tellAll(env: NodeJS.ProcessEnv = {}): Promise<Told[]> {
  const { stdout, stderr, code } = await runNode([FIXTURE, store], { env });
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return JSON.parse(stdout);
}

describe("errors", () => {
  let told: Told[];
  beforeAll(async () => {
    told = await tellAll();
  }, 60_000);

  // A reduce() that runs on the host throws what it throws.
  it("name the line that called the library, whatever failed, and however late", () => {
    const wrong = told.filter(({ line, stack = "" }) => !stack.includes(`call-sites.mjs:${line}:`));
    expect(wrong).toEqual([]);
    expect(new Set(told.map(({ name }) => name))).toEqual(
      new Set([
        "OptionError",
        "CaptureError",
        "CodecError",
        "InvokeError",
        "CallError",
        "CallTimeoutError",
        "WorkerLostError",
        "CompletionError",
        "SetupError",
        "CancelledError",
        "StoreError",
        "DependencyError",
        "TypeError",
      ]),
    );
  });

  it("have no frame of the library's own, nor have their causes", () => {
    expect(told.filter(({ stack, cause = "" }) => OURS.test(stack) || OURS.test(cause))).toEqual([]);
  });

  it("name first where the function threw, and then where it was mapped", () => {
    const thrown = told.filter(({ name }) => name === "CallError");
    expect(thrown.length).toBeGreaterThan(4);
    const places = [...(thrown[0]?.stack.matchAll(/call-sites\.mjs:(\d+):/g) ?? [])].map(([, line]) => Number(line));
    expect(places[0]).toBeLessThan(places[1] as number);
    expect(places[1]).toBe(thrown[0]?.line);
  });
});

it("NODEWREN_FULL_STACKS leaves the library's frames where they are", async () => {
  const told = await tellAll({ NODEWREN_FULL_STACKS: "1" });
  expect(told.find(({ name }) => name === "OptionError")?.stack).toMatch(OURS);
}, 60_000);

describe("Node's print of an error that nobody catches", () => {
  const BEGIN = { mjs: `import { Executor } from "nodewren";`, cjs: `const { Executor } = require("nodewren");` };

  it.each([
    ["mjs", "executor.map(5, [1]);"],
    ["cjs", "executor.map(5, [1]);"],
    ["cjs", "setImmediate(() => executor.map(5, [1]));"],
    ["mjs", "await executor.map(() => { throw new Error('boom') }, [1]);"],
    ["cjs", "void executor.map(() => process.exit(3), [1]).then(() => {});"],
  ] as const)("shows a line of the program and none of the library (%s: %s)", async (ending, code) => {
    const file = join(root, `test/fixtures/uncaught-${process.pid}.${ending}`);
    const { stderr } = await runProgram(
      file,
      `${BEGIN[ending]}\nconst executor = new Executor({ workers: 1 });\n${code}`,
    );
    expect(stderr).toMatch(/^(OptionError|CallError|WorkerLostError): /m);
    expect(stderr).toContain(`${file}:3`);
    expect(stderr).not.toMatch(OURS);
  });
});

async function runProgram(file: string, text: string) {
  writeFileSync(file, text);
  try {
    return await runNode([file]);
  } finally {
    unlinkSync(file);
  }
}
