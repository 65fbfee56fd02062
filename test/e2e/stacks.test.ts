import { beforeAll, describe, expect, it } from "vitest";
import { runTypeScript } from "../support/run-script.js";

describe("stacks of errors from workers", () => {
  let stacks: [callError: string, cause: string][];

  beforeAll(async () => {
    const { stdout, stderr } = await runTypeScript("test/fixtures/throws.ts");
    expect(stderr).toBe("");
    stacks = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  });

  it("speak of the TypeScript file and line where the call threw", () => {
    for (const stack of stacks[0] ?? []) {
      expect(stack).toContain("direct true");
      expect(stack.split("\n")[1]).toMatch(/test\/fixtures\/throws\.ts:14:24/);
    }
  });

  it("speak of the user's other modules, too", () => {
    for (const stack of stacks[1] ?? []) {
      expect(stack.split("\n")[1]).toMatch(/at fail \(.*test\/fixtures\/throws-lib\.ts:6:9\)/);
      expect(stack.split("\n")[2]).toMatch(/test\/fixtures\/throws\.ts:15:12/);
    }
  });

  it("leave out the worker's own frames", () => {
    expect(stacks).toHaveLength(2);
    for (const stack of stacks.flat()) expect(stack).not.toMatch(/nodewren\/dist|main\/dist|run-call|rebuild/);
  });
});
