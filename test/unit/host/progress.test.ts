import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { showProgress } from "../../../src/host/progress.js";
import { runNode } from "../../support/run-script.js";

const done = { total: 4, done: 2, failed: 1 };

describe("a function", () => {
  it("is told each state", () => {
    const listener = vi.fn();
    const view = showProgress(listener, () => "");
    view.update(done);
    view.stop();
    expect(listener.mock.calls).toEqual([[done]]);
  });

  it("that throws changes nothing; a warning says so", async () => {
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    const view = showProgress(
      () => {
        throw new Error("mine");
      },
      () => "",
    );
    expect(() => view.update(done)).not.toThrow();
    expect((await warned).message).toContain("mine");
  });
});

describe("a bar", () => {
  const isTTY = Object.getOwnPropertyDescriptor(process.stderr, "isTTY");
  let written: string[];

  beforeEach(() => {
    written = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    if (isTTY) Object.defineProperty(process.stderr, "isTTY", isTTY);
    else Reflect.deleteProperty(process.stderr, "isTTY");
  });

  const setTty = (value: boolean) => Object.defineProperty(process.stderr, "isTTY", { value, configurable: true });

  it.each([
    ["on a pipe", false, true],
    ["when it is not wanted", true, false],
  ])("is not shown %s", async (_where, isTerminal, option) => {
    setTty(isTerminal);
    const view = showProgress(option, () => "");
    view.update(done);
    await new Promise((resolve) => setTimeout(resolve, 600));
    view.stop();
    expect(written).toEqual([]);
  });

  it("is not shown for a job that is over soon", async () => {
    setTty(true);
    const view = showProgress(true, () => "");
    view.update(done);
    view.stop();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(written).toEqual([]);
  });
});

const SLOW_JOB = `
  import { Executor } from "nodewren";
  const executor = new Executor({ workers: 2 });
  const job = executor.map((x) => new Promise((resolve, reject) => setTimeout(x === 1 ? reject : resolve, x * 250, x)), [0, 1, 2, 3, 4], { callsPerShard: 1 });
  await job.settled();
  console.log("result");
`;

describe("a script with a slow job", () => {
  it("writes nothing of its own to a pipe", async () => {
    const { stdout, stderr } = await runNode(["--input-type=module", "--eval", SLOW_JOB]);
    expect({ stdout, stderr }).toEqual({ stdout: "result\n", stderr: "" });
  });
});
