import { describe, expect, it } from "vitest";
import { planShards } from "../../../src/host/plan.js";
import { planAround } from "../../../src/host/plan-around.js";
import { InputsWriter } from "../../../src/wire/inputs.js";

const LIMITS = { concurrency: 2, shardsPerWorker: 8 };
const BEGUN = { calls: 100, shards: 7 };

/** @param text `x` for a call with a kept result of 1,000 bytes, `X` for one of 5 MiB, `.` for one without */
function planned(text: string, callsPerShard?: number) {
  const writer = new InputsWriter();
  for (let i = 0; i < text.length; i++) writer.add(new Uint8Array(10));
  const encoded = writer.finish();
  const sizes = [...text].map((one) => ({ x: 1000, X: 5 * 2 ** 20 })[one]);
  const cut = planAround(encoded, sizes, BEGUN, (inputs) => planShards(inputs, LIMITS as never, { callsPerShard }));
  let next = BEGUN.calls;
  for (const [i, { shard }] of cut.entries()) {
    expect(shard.name).toBe(String(BEGUN.shards + i).padStart(7, "0"));
    expect(shard.first).toBe(next);
    next += shard.count;
    const [from, to] = [shard.first - BEGUN.calls, next - BEGUN.calls];
    expect([shard.byteStart, shard.byteEnd]).toEqual([encoded.starts[from], encoded.starts[to]]);
  }
  expect(next).toBe(BEGUN.calls + text.length);
  return cut.map(({ shard, isFound }) => (isFound ? "x" : ".").repeat(shard.count)).join(" ");
}

describe("shards where some calls have kept results", () => {
  it("hold either those or others, and each call once", () => {
    expect(planned("xxxxx")).toBe("xxxxx");
    expect(planned("xx.xx..", 10)).toBe("xx . xx ..");
    expect(planned("..x...x", 10)).toBe(".. x ... x");
  });

  it("are as large, of calls that have to run, as if there were no others", () => {
    expect(planned(".......xxx...", 4)).toBe("... ... . xxx ...");
    expect(planned("...x.......", 5)).toBe("... x .. .....");
    const sizes = planned(`${"x".repeat(50)}${".".repeat(64)}`)
      .split(" ")
      .slice(1);
    expect(Math.max(...sizes.map(({ length }) => length))).toBe(4);
  });

  it("of kept results are cut by their bytes", () => {
    expect(planned("XXXxx.")).toBe("x x xxx .");
  });
});
