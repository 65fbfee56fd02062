import { CodecError, explain, OptionError } from "nodewren";
import { describe, expect, it } from "vitest";
import { ANY_IDLE_WORKER, isLive, skipOn } from "../support/combo.js";
import { newExecutor, newWarmExecutor } from "../support/executors.js";

describe("broadcast", () => {
  it("is read by every call, as it was at broadcast()", async () => {
    const executor = newWarmExecutor();
    const list = [10, 20, 30];
    const table = executor.broadcast({ list });
    list[0] = 99;
    expect(await executor.map((i: number) => table.value.list[i], [0, 1, 2])).toEqual([10, 20, 30]);
    expect(table.value.list[0]).toBe(99);
  });

  it("is stored once, and not part of the payload", async () => {
    const executor = newWarmExecutor();
    const table = executor.broadcast(new Float64Array(100_000).fill(0.5));
    const first = executor.map((i: number) => table.value[i], [1, 2]);
    expect(await first).toEqual([0.5, 0.5]);
    const keys = await executor.call(async (_: number, { store }) => {
      const found: [string, number][] = [];
      for await (const { key, bytes } of store.list("")) found.push([key.split("/")[0] as string, bytes]);
      return found;
    }, 0);
    expect(keys.filter(([kind]) => kind === "broadcasts")).toHaveLength(1);
    for (const [kind, bytes] of keys) if (kind === "functions") expect(bytes).toBeLessThan(5000);
  });

  it("is decoded once per worker, and frozen", async (context) => {
    skipOn(context, isLive, ANY_IDLE_WORKER);
    const executor = newExecutor({ workers: 1 });
    const table = executor.broadcast({ rows: [{ n: 1 }] });
    const seen = await executor.map(
      () => {
        const shared = globalThis as { seen?: unknown };
        const isSame = shared.seen === table.value;
        shared.seen = table.value;
        let error = "";
        try {
          (table.value.rows[0] as { n: number }).n++;
        } catch (thrown) {
          error = (thrown as Error).name;
        }
        return [isSame, error, table.value.rows[0]?.n];
      },
      [0, 1],
      { callsPerShard: 1 },
    );
    expect(seen).toEqual([
      [false, "TypeError", 1],
      [true, "TypeError", 1],
    ]);
  });

  it("holds regular expressions that can be used, and errors whose cause does not change", async () => {
    const executor = newWarmExecutor();
    const data = executor.broadcast({ word: /\w+/g, error: new Error("m", { cause: { n: 0 } }) });
    const call = (text: string) => {
      const cause = data.value.error.cause as { n: number };
      try {
        cause.n++;
      } catch {
        // Frozen.
      }
      return [text.match(data.value.word), cause.n, data.digest.length];
    };
    const expected = [["a", "b"], 0, 64];
    expect(await executor.map(call, ["a b", "a b"], { shards: 1 })).toEqual([expected, expected]);
  });

  it("is told from proxies without running their traps", async () => {
    const executor = newWarmExecutor();
    let ran = 0;
    const proxy = new Proxy({ n: 1 }, { getPrototypeOf: (target) => (target.n * ++ran > 0 ? target : null) });
    expect(await executor.call(() => proxy.n, 0)).toBe(1);
    expect(ran).toBe(0);
  });

  it("is refused by path when it cannot travel", () => {
    const executor = newWarmExecutor();
    expect(() => executor.broadcast({ a: [new WeakMap()] })).toThrow(CodecError);
    expect(() => executor.broadcast({ a: [new WeakMap()] })).toThrow(/broadcast\.a\[0\]/);
  });
});

describe("explain", () => {
  it("tells what would travel", () => {
    const rate = 0.19;
    const withTax = (x: number) => x * (1 + rate);
    const explanation = explain((x: number) => withTax(x));
    expect(explanation.functions).toBe(2);
    expect(String(explanation)).toContain("rate");
    expect(explanation.bytes).toBeGreaterThan(0);
  });

  it.each([{ secrets: "bogus" }, { maxPayloadBytes: 0 }, { maxPayloadBytes: "5" }, { shards: 1 }])(
    "refuses %j",
    (options) => {
      expect(() => explain(() => 1, options as object)).toThrow(OptionError);
    },
  );
});
